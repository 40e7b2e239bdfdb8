"""Addresses of these over REST, below /api/v1/."""

from django.urls import path

from oversight.loop.api.rounds import RoundDetail, RoundList

urlpatterns = [
    path("campaigns/<slug:slug>/rounds/", RoundList.as_view(), name="api-rounds"),
    path("campaigns/<slug:slug>/rounds/<int:number>/", RoundDetail.as_view(), name="api-round"),
]
