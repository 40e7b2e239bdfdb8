"""Addresses of these over REST, below /api/v1/."""

from django.urls import include, path

from oversight.data.api import labels, preferences, queries

urlpatterns = [
    path("", include("oversight.data.api.webhook_urls")),
    path("campaigns/<slug:slug>/queries/", queries.QueryList.as_view(), name="api-queries"),
    path(
        "campaigns/<slug:slug>/preferences/",
        preferences.PreferenceStream.as_view(),
        name="api-preferences",
    ),
    path(
        "campaigns/<slug:slug>/step-labels/",
        labels.StepLabelStream.as_view(),
        name="api-step-labels",
    ),
    path(
        "campaigns/<slug:slug>/critique-ratings/",
        labels.CritiqueRatingStream.as_view(),
        name="api-critique-ratings",
    ),
]
