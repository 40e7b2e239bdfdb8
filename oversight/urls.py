"""All addresses: each area brings its own."""

from django.contrib import admin
from django.contrib.admin.views.decorators import staff_member_required
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView
from rest_framework.permissions import IsAuthenticated

from oversight.people.views.docs import api_docs
from oversight.web import error_pages as errors
from oversight.web import health

# The first that fits counts: campaigns/new/ is no campaign's name.
PAGES = ["people", "campaigns", "versions", "attacks", "data", "learning", "loop", "pages"]
REST = [
    *("people", "campaigns", "versions", "asking", "feedback"),
    *("attacks", "data", "learning", "loop", "pages"),
]

handler400 = errors.bad_request
handler404 = errors.not_found
handler500 = errors.server_error

# One door: people sign in on one page, with its limits.
admin.site.login = staff_member_required(admin.site.login, login_url="login")  # type: ignore[method-assign]

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("admin/", admin.site.urls),
    path("annotate/", include("annotate.urls")),
    path(
        "api/v1/schema/",
        SpectacularAPIView.as_view(permission_classes=[IsAuthenticated]),
        name="api-schema",
    ),
    path("api/v1/docs/", api_docs, name="api-docs"),
    *(path("api/v1/", include(f"oversight.{area}.api.urls")) for area in REST),
    *(path("api/v1/", include(f"annotate.{area}.api.urls")) for area in ("work", "review")),
    *(path("", include(f"oversight.{area}.urls")) for area in PAGES),
]
