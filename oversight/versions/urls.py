"""Addresses of a campaign's models."""

from django.urls import path

from oversight.versions import views as models

ONE = "campaigns/<slug:slug>/"

urlpatterns = [
    path(f"{ONE}models/", models.models, name="campaign-models"),
    path(f"{ONE}models/<slug:role>/", models.change, name="model-change"),
    path(f"{ONE}models/<slug:role>/remove/", models.remove, name="model-remove"),
    path(f"{ONE}versions/<int:version_id>/activate/", models.activate, name="version-activate"),
]
