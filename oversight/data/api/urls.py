"""Addresses of these over REST, below /api/v1/."""

from django.urls import path

from oversight.data.api import datasets, queries, snapshots
from oversight.data.hashes import SHA256

urlpatterns = [
    path("campaigns/<slug:slug>/queries/", queries.QueryList.as_view(), name="api-queries"),
    path(
        "campaigns/<slug:slug>/preferences/",
        datasets.PreferenceStream.as_view(),
        name="api-preferences",
    ),
    path(
        "campaigns/<slug:slug>/step-labels/",
        datasets.StepLabelStream.as_view(),
        name="api-step-labels",
    ),
    path(
        "campaigns/<slug:slug>/critique-ratings/",
        datasets.CritiqueRatingStream.as_view(),
        name="api-critique-ratings",
    ),
    path("campaigns/<slug:slug>/datasets/", datasets.DatasetList.as_view(), name="api-datasets"),
    path(
        "campaigns/<slug:slug>/datasets/<str:file>",
        datasets.DatasetFile.as_view(),
        name="api-dataset",
    ),
    path(
        "campaigns/<slug:slug>/snapshots/", snapshots.SnapshotList.as_view(), name="api-snapshots"
    ),
    *(
        path(f"campaigns/<slug:slug>/snapshots/<{SHA256}:sha256>/{rest}", view.as_view(), name=name)
        for rest, view, name in (
            ("", snapshots.SnapshotDetail, "api-snapshot"),
            (f"diff/<{SHA256}:other>/", snapshots.SnapshotDiff, "api-snapshot-diff"),
            ("about/<str:file>", snapshots.SnapshotAbout, "api-snapshot-about"),
            ("files/<str:file>", snapshots.SnapshotFile, "api-snapshot-file"),
        )
    ),
]
