"""Addresses of these over REST, below /api/v1/."""

from django.urls import path

from oversight.versions.api.versions import VersionList

urlpatterns = [
    path("campaigns/<slug:slug>/versions/", VersionList.as_view(), name="api-versions"),
]
