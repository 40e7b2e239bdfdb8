from django.contrib import admin
from django.contrib.admin.views.decorators import staff_member_required
from django.urls import include, path

from oversight.web import error_pages as errors
from oversight.web import health

handler400 = errors.bad_request
handler404 = errors.not_found
handler500 = errors.server_error

# One door: people sign in on one page, with its limits.
admin.site.login = staff_member_required(admin.site.login, login_url="login")  # type: ignore[method-assign]

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("admin/", admin.site.urls),
    path("annotate/", include("annotate.urls")),
    path("api/v1/", include("oversight.api_urls")),
    path("", include("oversight.page_urls")),
]
