from django.urls import path
from drf_spectacular.views import SpectacularAPIView
from rest_framework.permissions import IsAuthenticated

from oversight.data.api import labels, preferences, queries
from oversight.loop.api.rounds import RoundDetail, RoundList
from oversight.pages.api import campaigns as views
from oversight.versions.api.versions import VersionList

urlpatterns = [
    path(
        "schema/",
        SpectacularAPIView.as_view(permission_classes=[IsAuthenticated]),
        name="api-schema",
    ),
    path("campaigns/", views.CampaignList.as_view(), name="api-campaigns"),
    path("campaigns/<slug:slug>/", views.CampaignDetail.as_view(), name="api-campaign"),
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
    path("campaigns/<slug:slug>/rounds/", RoundList.as_view(), name="api-rounds"),
    path("campaigns/<slug:slug>/rounds/<int:number>/", RoundDetail.as_view(), name="api-round"),
    path("campaigns/<slug:slug>/versions/", VersionList.as_view(), name="api-versions"),
]
