"""Addresses where a campaign's queries come in, and where its data go out."""

from django.urls import path

from oversight.data.hashes import SHA256
from oversight.data.views import datasets, queries

ONE = "campaigns/<slug:slug>/"

urlpatterns = [
    path(f"{ONE}queries/", queries.queries, name="campaign-queries"),
    path(f"{ONE}queries/add/", queries.add, name="queries-add"),
    path(f"{ONE}queries/upload/", queries.upload, name="queries-upload"),
    path(f"{ONE}data/", datasets.data, name="campaign-data"),
    path(f"{ONE}data/freeze/", datasets.freeze_page, name="campaign-freeze"),
    path(f"{ONE}data/snapshots/<{SHA256}:sha256>/", datasets.snapshot, name="campaign-snapshot"),
]
