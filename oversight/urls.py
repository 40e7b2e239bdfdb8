from django.contrib import admin
from django.urls import include, path

from oversight.views import health

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("admin/", admin.site.urls),
    path("annotate/", include("annotate.urls")),
    path("api/v1/", include("oversight.api.urls")),
    path("", include("oversight.views.urls")),
]
