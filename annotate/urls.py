"""All addresses of the annotate app: each area brings its own."""

from django.urls import include, path

app_name = "annotate"
urlpatterns = [
    path("", include(f"annotate.{area}.urls"))
    for area in ("work", "care", "review", "redteam", "team")
]
