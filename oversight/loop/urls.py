"""Addresses of rounds."""

from django.urls import path

from oversight.loop import views as rounds

ONE = "campaigns/<slug:slug>/"

urlpatterns = [
    path(f"{ONE}rounds/start/", rounds.start, name="round-start"),
    path(f"{ONE}rounds/update/", rounds.update, name="round-update"),
    path(f"{ONE}rounds/<int:number>/", rounds.round_page, name="round"),
    path(f"{ONE}rounds/<int:number>/close-review/", rounds.close_review, name="round-close-review"),
    path(f"{ONE}rounds/<int:number>/retry/", rounds.retry, name="round-retry"),
    path(f"{ONE}rounds/<int:number>/move/", rounds.move, name="round-move"),
    path(f"{ONE}versions/<int:version_id>/compare/", rounds.compare, name="version-compare"),
    path(f"{ONE}rounds/<int:number>/cancel/", rounds.cancel, name="round-cancel"),
]
