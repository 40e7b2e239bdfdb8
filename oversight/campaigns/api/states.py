"""A campaign's state over REST: paused, resumed, finished, archived, deleted."""

from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from oversight.campaigns.policies.states import MOVES, Move
from oversight.campaigns.services.deleting import delete_campaign
from oversight.campaigns.services.states import move_campaign
from oversight.models import Campaign, CampaignState, Scope
from oversight.people.api import user_of
from oversight.people.api.views import CampaignView
from oversight.people.policies.permissions import Permission
from oversight.rest.scopes import Access
from oversight.rest.text import ReasonSerializer, TextField


class StateSerializer(serializers.ModelSerializer[Campaign]):
    """Whether people are given items and rounds go on, since when and why."""

    state = serializers.ChoiceField(choices=CampaignState.choices, read_only=True)

    class Meta:
        model = Campaign
        fields = [
            *("slug", "name", "state", "state_reason"),
            *("paused_at", "finished_at", "archived_at"),
        ]


class NameSerializer(serializers.Serializer[Any]):
    name = TextField(max_length=200, help_text="The campaign's own, so that no other is meant.")


class CampaignMove(CampaignView):
    """A campaign comes into another state."""

    access = {"POST": Access(Scope.CAMPAIGNS_WRITE, Permission.STEER_CAMPAIGN)}
    serializer_class = StateSerializer
    move: Move = MOVES["pause"]

    @extend_schema(request=ReasonSerializer, responses={200: StateSerializer})
    def post(self, request: Request, slug: str) -> HttpResponse:
        """Do it, and keep why. 409 where it is in that state, or its end would leave a round open."""
        wanted = self.read(ReasonSerializer)
        move_campaign(campaign=self.campaign, move=self.move, by=user_of(request), **wanted)
        return self.show(self.campaign)


class CampaignDelete(CampaignView):
    """A campaign that holds nobody's labels is deleted."""

    access = {"POST": Access(Scope.CAMPAIGNS_WRITE, Permission.DELETE_CAMPAIGN)}

    @extend_schema(request=NameSerializer, responses={204: None})
    def post(self, request: Request, slug: str) -> Response:
        """Delete it with all that is in it, for good. 409 where people answered: archive it instead."""
        wanted = self.read(NameSerializer)
        delete_campaign(campaign=self.campaign, by=user_of(request), **wanted)
        return Response(status=204)
