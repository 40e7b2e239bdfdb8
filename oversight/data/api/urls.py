"""Addresses of these over REST, below /api/v1/."""

from django.urls import include, path

from oversight.data.api import datasets, labels, outputs, preferences, queries

ONE = "campaigns/<slug:slug>/"

urlpatterns = [
    path("", include("oversight.data.api.webhook_urls")),
    path(f"{ONE}queries/", queries.QueryList.as_view(), name="api-queries"),
    path(f"{ONE}queries/<int:query_id>/", queries.QueryDetail.as_view(), name="api-query"),
    path(f"{ONE}responses/", outputs.ResponseList.as_view(), name="api-responses"),
    path(
        f"{ONE}responses/<int:response_id>/", outputs.ResponseDetail.as_view(), name="api-response"
    ),
    path(f"{ONE}critiques/", outputs.CritiqueList.as_view(), name="api-critiques"),
    path(
        f"{ONE}critiques/<int:critique_id>/", outputs.CritiqueDetail.as_view(), name="api-critique"
    ),
    path(f"{ONE}preferences/", preferences.PreferenceStream.as_view(), name="api-preferences"),
    path(
        f"{ONE}preferences/pages/", datasets.PreferencePages.as_view(), name="api-preference-pages"
    ),
    path(f"{ONE}snapshots/", datasets.SnapshotList.as_view(), name="api-snapshots"),
    path(
        f"{ONE}snapshots/<int:snapshot_id>/",
        datasets.SnapshotDetail.as_view(),
        name="api-snapshot",
    ),
    path(f"{ONE}step-labels/", labels.StepLabelStream.as_view(), name="api-step-labels"),
    path(
        f"{ONE}critique-ratings/",
        labels.CritiqueRatingStream.as_view(),
        name="api-critique-ratings",
    ),
]
