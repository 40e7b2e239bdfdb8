"""Campaigns over REST."""

from django.db.models import QuerySet
from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request

from oversight.campaigns.api.serializers import NewCampaignSerializer
from oversight.campaigns.services.campaigns import may_create_campaigns
from oversight.models import Campaign, CampaignState, Scope
from oversight.pages.api.serializers import CampaignDetailSerializer, CampaignSerializer
from oversight.pages.services.new_campaign import make_campaign
from oversight.people.api import user_of
from oversight.people.api.views import CampaignView
from oversight.people.policies.permissions import Permission
from oversight.rest.asking import Filters
from oversight.rest.scopes import Access
from oversight.rest.views import RestList


class CampaignFilters(Filters):
    state = serializers.ChoiceField(choices=CampaignState.choices)
    is_archived = serializers.BooleanField()


class CampaignList(RestList):
    """The campaigns that you are a member of, and the door to make one.

    Archived ones are shown where they are asked for.
    """

    access = {"GET": Access(Scope.READ), "POST": Access(Scope.CAMPAIGNS_WRITE)}
    serializer_class = CampaignSerializer
    filter_class = CampaignFilters

    def get_queryset(self) -> QuerySet[Campaign]:
        rows = Campaign.objects.visible_to(user_of(self.request))
        is_archived = self.wanted.get("is_archived")
        if state := self.wanted.get("state"):
            rows = rows.in_state(state)
            return rows if is_archived is None else rows.filter(archived_at__isnull=not is_archived)
        return rows.filter(archived_at__isnull=not is_archived)

    @extend_schema(request=NewCampaignSerializer, responses={201: CampaignSerializer})
    def post(self, request: Request) -> HttpResponse:
        """Make a campaign, which you own. Staff may."""
        if not may_create_campaigns(user_of(request)):
            raise PermissionDenied("Only staff may create campaigns.")
        wanted = self.read(NewCampaignSerializer)
        return self.show(make_campaign(created_by=user_of(request), **wanted), status=201)


class CampaignDetail(CampaignView):
    """One campaign: what it is, the versions at work, and labels by who gave them."""

    access = {"GET": Access(Scope.READ, Permission.SEE_CAMPAIGN)}
    serializer_class = CampaignDetailSerializer

    def get(self, request: Request, slug: str) -> HttpResponse:
        return self.show(self.campaign)
