"""Addresses where a campaign's queries come in."""

from django.urls import path

from oversight.data.views import queries

ONE = "campaigns/<slug:slug>/"

urlpatterns = [
    path(f"{ONE}queries/", queries.queries, name="campaign-queries"),
    path(f"{ONE}queries/add/", queries.add, name="queries-add"),
    path(f"{ONE}queries/upload/", queries.upload, name="queries-upload"),
]
