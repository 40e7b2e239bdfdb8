"""What a group of settings was, over REST, and the way back."""

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request

from oversight.campaigns.services.settings import restore_settings
from oversight.models import Campaign, Scope
from oversight.models.groups import GROUPS, SettingsVersion
from oversight.people.api import user_of
from oversight.people.api.views import CampaignRows, CampaignView
from oversight.people.policies.permissions import Permission
from oversight.rest.scopes import Access
from oversight.rest.versions import demand_match


@extend_schema_field({"type": "object", "additionalProperties": {}})
class ValuesField(serializers.JSONField):
    """Settings by their names."""


class SettingsVersionSerializer(serializers.ModelSerializer[SettingsVersion]):
    """A group as it was after one change; `made_by` is null where no person made it."""

    values = ValuesField(read_only=True)
    made_by = serializers.CharField(source="made_by.username", default=None, read_only=True)

    class Meta:
        model = SettingsVersion
        fields = ["id", "group", "number", "values", "made_by", "made_at"]


class SettingsVersionList(CampaignRows):
    """The versions of one group of settings."""

    access = {"GET": Access(Scope.READ, Permission.CHANGE_SETTINGS)}
    serializer_class = SettingsVersionSerializer

    def get_queryset(self) -> QuerySet[SettingsVersion]:
        return _versions(self.campaign, self.kwargs["key"]).select_related("made_by")


class SettingsRestore(CampaignView):
    """The way back to a version."""

    access = {"POST": Access(Scope.CAMPAIGNS_WRITE, Permission.CHANGE_SETTINGS)}
    serializer_class = SettingsVersionSerializer

    @extend_schema(request=None)
    def post(self, request: Request, slug: str, key: str, number: int) -> HttpResponse:
        """Make the group what it was, as a new version. `If-Match` is the group's own ETag."""
        self.read_nothing()
        rows = _versions(self.campaign, key)
        version = get_object_or_404(rows, number=number)
        with transaction.atomic():
            campaign = Campaign.objects.select_for_update().get(pk=self.campaign.pk)
            demand_match(request, f'"{campaign.settings_of(key).number}"')
            restore_settings(campaign=campaign, version=version, restored_by=user_of(request))
        return self.show(rows.get(number=campaign.settings_of(key).number), status=201)


def _versions(campaign: Campaign, key: Any) -> QuerySet[SettingsVersion]:
    if key not in GROUPS:
        raise Http404(f"there is no group of settings {key}")
    return campaign.settings_versions.filter(group=key)
