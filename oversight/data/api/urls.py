"""Addresses of these over REST, below /api/v1/."""

from django.urls import include, path

from oversight.data.api import datasets, imports, outputs, preference_pages, queries, snapshots
from oversight.data.hashes import SHA256

ONE = "campaigns/<slug:slug>/"
FROZEN = f"{ONE}snapshots/<{SHA256}:sha256>/"
IMPORTS = f"{ONE}imports/"
IMPORT = f"{IMPORTS}<int:import_id>/"
RESPONSE, CRITIQUE = f"{ONE}responses/<int:response_id>/", f"{ONE}critiques/<int:critique_id>/"

urlpatterns = [
    path("", include("oversight.data.api.webhook_urls")),
    path(f"{ONE}queries/", queries.QueryList.as_view(), name="api-queries"),
    path(f"{ONE}queries/<int:query_id>/", queries.QueryDetail.as_view(), name="api-query"),
    path(f"{ONE}responses/", outputs.ResponseList.as_view(), name="api-responses"),
    path(RESPONSE, outputs.ResponseDetail.as_view(), name="api-response"),
    path(f"{ONE}critiques/", outputs.CritiqueList.as_view(), name="api-critiques"),
    path(CRITIQUE, outputs.CritiqueDetail.as_view(), name="api-critique"),
    path(
        f"{ONE}cross-questions/",
        outputs.CrossQuestionList.as_view(),
        name="api-cross-questions",
    ),
    path(f"{ONE}preferences/", datasets.PreferenceStream.as_view(), name="api-preferences"),
    path(
        f"{ONE}preferences/pages/",
        preference_pages.PreferencePages.as_view(),
        name="api-preference-pages",
    ),
    path(f"{ONE}step-labels/", datasets.StepLabelStream.as_view(), name="api-step-labels"),
    path(
        f"{ONE}critique-ratings/",
        datasets.CritiqueRatingStream.as_view(),
        name="api-critique-ratings",
    ),
    path(f"{ONE}datasets/", datasets.DatasetList.as_view(), name="api-datasets"),
    path(f"{ONE}datasets/<str:file>", datasets.DatasetFile.as_view(), name="api-dataset"),
    path(f"{ONE}snapshots/", snapshots.SnapshotList.as_view(), name="api-snapshots"),
    path(FROZEN, snapshots.SnapshotDetail.as_view(), name="api-snapshot"),
    path(
        f"{FROZEN}diff/<{SHA256}:other>/",
        snapshots.SnapshotDiff.as_view(),
        name="api-snapshot-diff",
    ),
    path(f"{FROZEN}about/<str:file>", snapshots.SnapshotAbout.as_view(), name="api-snapshot-about"),
    path(f"{FROZEN}files/<str:file>", snapshots.SnapshotFile.as_view(), name="api-snapshot-file"),
    path(IMPORTS, imports.ImportList.as_view(), name="api-imports"),
    path(IMPORT, imports.OneImport.as_view(), name="api-import"),
    path(f"{IMPORT}confirm/", imports.ConfirmImport.as_view(), name="api-import-confirm"),
    path(f"{IMPORT}refused/", imports.RefusedRows.as_view(), name="api-import-refused"),
]
