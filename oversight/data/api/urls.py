"""Addresses of these over REST, below /api/v1/."""

from django.urls import path

from oversight.data.api import labels, preferences, queries

urlpatterns = [
    path("campaigns/<slug:slug>/queries/", queries.QueryList.as_view(), name="api-queries"),
    path(
        "campaigns/<slug:slug>/queries/<int:query_id>/",
        queries.QueryDetail.as_view(),
        name="api-query",
    ),
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
