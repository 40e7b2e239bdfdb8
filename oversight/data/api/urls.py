"""Addresses of these over REST, below /api/v1/."""

from django.urls import path

from oversight.data.api import imports, labels, preferences, queries

IMPORTS = "campaigns/<slug:slug>/imports/"

urlpatterns = [
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
    path(IMPORTS, imports.ImportList.as_view(), name="api-imports"),
    path(f"{IMPORTS}<int:import_id>/", imports.OneImport.as_view(), name="api-import"),
    path(
        f"{IMPORTS}<int:import_id>/confirm/",
        imports.ConfirmImport.as_view(),
        name="api-import-confirm",
    ),
    path(
        f"{IMPORTS}<int:import_id>/refused/",
        imports.RefusedRows.as_view(),
        name="api-import-refused",
    ),
]
