"""Addresses of these over REST, below /api/v1/."""

from django.urls import path

from oversight.pages.api import campaigns as views

urlpatterns = [
    path("campaigns/", views.CampaignList.as_view(), name="api-campaigns"),
    path("campaigns/<slug:slug>/", views.CampaignDetail.as_view(), name="api-campaign"),
]
