"""Addresses where a campaign's queries come in."""

from django.urls import path

from oversight.data.views import imports, queries

ONE = "campaigns/<slug:slug>/"

urlpatterns = [
    path(f"{ONE}queries/", queries.queries, name="campaign-queries"),
    path(f"{ONE}queries/add/", queries.add, name="queries-add"),
    path(f"{ONE}queries/upload/", queries.upload, name="queries-upload"),
    path(f"{ONE}imports/<int:import_id>/", imports.show, name="import"),
    path(f"{ONE}imports/<int:import_id>/cancel/", imports.cancel, name="import-cancel"),
    path(
        f"{ONE}imports/<int:import_id>/refused.<slug:ending>",
        imports.refused,
        name="import-refused",
    ),
    path(f"{ONE}imports/samples/<slug:name>/", imports.sample, name="import-sample"),
]
