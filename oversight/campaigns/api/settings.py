"""A campaign's settings over REST, by group."""

from typing import Any

from django.db import transaction
from django.http import HttpResponse
from rest_framework import serializers
from rest_framework.request import Request

from oversight.campaigns.api.serializers import GROUP_SHAPES, SettingGroupsSerializer
from oversight.campaigns.services.settings import change_settings
from oversight.models import Campaign, Scope
from oversight.models.groups import SettingsGroup
from oversight.people.api import user_of
from oversight.people.api.views import CampaignView
from oversight.people.policies.permissions import Permission
from oversight.rest.scopes import Access

READ = {"GET": Access(Scope.READ, Permission.CHANGE_SETTINGS)}


class SettingGroups(CampaignView):
    """All settings, in the groups of the campaign's page."""

    access = READ
    serializer_class = SettingGroupsSerializer

    def get(self, request: Request, slug: str) -> HttpResponse:
        return self.show(self.campaign)


class SettingGroup(CampaignView):
    """One group of settings."""

    access = {**READ, "PATCH": Access(Scope.CAMPAIGNS_WRITE, Permission.CHANGE_SETTINGS)}
    group = "basics"

    def get_shape(self) -> type[serializers.Serializer[Any]]:
        return GROUP_SHAPES[self.group]

    def get_serializer_class(self) -> type[serializers.Serializer[Any]]:
        return self.get_shape()

    def get(self, request: Request, slug: str) -> HttpResponse:
        return self.show(self.campaign.settings_of(self.group))

    def patch(self, request: Request, slug: str) -> HttpResponse:
        """Change some of the group's settings. The next round goes by them."""
        with transaction.atomic():
            campaign = Campaign.objects.select_for_update().get(pk=self.campaign.pk)
            group = campaign.settings_of(self.group)
            self.demand_match(group)
            wanted = self.read(self.get_shape(), instance=group, partial=True)
            change_settings(campaign=campaign, changed_by=user_of(request), **wanted)
        return self.show(campaign.settings_of(self.group))

    def etag(self, row: SettingsGroup, whole: dict[str, Any]) -> str:
        return f'"{row.number}"'
