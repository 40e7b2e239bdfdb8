"""Addresses of these over REST, below /api/v1/."""

from django.urls import path

from oversight.campaigns.api.principles import PrincipleDetail, PrincipleList
from oversight.campaigns.api.settings import SettingGroup, SettingGroups
from oversight.campaigns.api.settings_file import SettingsFileDetail
from oversight.campaigns.api.states import CampaignDelete, CampaignMove
from oversight.campaigns.api.versions import SettingsRestore, SettingsVersionList
from oversight.campaigns.policies.states import MOVES
from oversight.models.groups import GROUPS

ONE = "campaigns/<slug:slug>/"

urlpatterns = [
    path(f"{ONE}settings/", SettingGroups.as_view(), name="api-settings"),
    *(
        path(f"{ONE}settings/{key}/", SettingGroup.as_view(group=key), name=f"api-settings-{key}")
        for key in GROUPS
    ),
    path(f"{ONE}settings/file/", SettingsFileDetail.as_view(), name="api-settings-file"),
    path(
        f"{ONE}settings/<slug:key>/versions/",
        SettingsVersionList.as_view(),
        name="api-settings-versions",
    ),
    path(
        f"{ONE}settings/<slug:key>/versions/<int:number>/restore/",
        SettingsRestore.as_view(),
        name="api-settings-restore",
    ),
    *(
        path(f"{ONE}{verb}/", CampaignMove.as_view(move=move), name=f"api-campaign-{verb}")
        for verb, move in MOVES.items()
    ),
    path(f"{ONE}delete/", CampaignDelete.as_view(), name="api-campaign-delete"),
    path(f"{ONE}principles/", PrincipleList.as_view(), name="api-principles"),
    path(f"{ONE}principles/<int:number>/", PrincipleDetail.as_view(), name="api-principle"),
]
