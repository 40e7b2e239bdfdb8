"""Addresses of a campaign's settings and of its constitution."""

from django.urls import path

from oversight.campaigns.views import (
    beginning,
    guidelines,
    history,
    principles,
    settings,
    settings_file,
    states,
)

ONE = "campaigns/<slug:slug>/"

urlpatterns = [
    path(f"{ONE}begin/", beginning.begin, name="campaign-begin"),
    path(f"{ONE}settings/", settings.campaign_edit, name="campaign-edit"),
    path(f"{ONE}settings/history/", history.history, name="settings-history"),
    path(f"{ONE}settings/file/", settings_file.settings_file, name="settings-file"),
    path(f"{ONE}settings/file.yaml", settings_file.download, name="settings-download"),
    path(
        f"{ONE}settings/<slug:key>/versions/<int:number>/",
        history.restore,
        name="settings-restore",
    ),
    path(f"{ONE}settings/<slug:key>/", settings.settings_group, name="settings-group"),
    path(f"{ONE}guidelines/", guidelines.guidelines, name="campaign-guidelines"),
    path(f"{ONE}guidelines/pictures/<int:number>/", guidelines.picture, name="guideline-picture"),
    path(
        f"{ONE}guidelines/pictures/<int:number>/remove/",
        guidelines.picture_remove,
        name="guideline-picture-remove",
    ),
    path(f"{ONE}state/", states.state, name="campaign-state"),
    path(f"{ONE}state/<slug:verb>/", states.move, name="campaign-move"),
    path(f"{ONE}delete/", states.delete, name="campaign-delete"),
    path(f"{ONE}principles/", principles.principles, name="campaign-principles"),
    path(f"{ONE}principles/<int:principle_id>/", principles.change, name="principle-change"),
    path(f"{ONE}principles/<int:principle_id>/retire/", principles.retire, name="principle-retire"),
]
