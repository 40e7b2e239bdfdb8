"""Addresses of the pages that draw on several areas."""

from django.urls import path

from oversight.pages.views import campaign, home, items

ONE = "campaigns/<slug:slug>/"

urlpatterns = [
    path("", home.home, name="home"),
    path(ONE, campaign.campaign, name="campaign"),
    path(f"{ONE}rounds.csv", campaign.story_csv, name="campaign-story-csv"),
    path(f"{ONE}preferences.jsonl", campaign.preferences, name="campaign-preferences"),
    path(f"{ONE}items/", items.items, name="campaign-items"),
    path(f"{ONE}items/upload/", items.upload, name="items-upload"),
]
