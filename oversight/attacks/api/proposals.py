"""Kinds of weakness that attackers proposed, over REST."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from oversight.attacks.services.proposals import decide_proposal
from oversight.models import Scope, WeaknessProposal
from oversight.people.api import user_of
from oversight.people.api.views import CampaignView
from oversight.people.policies.permissions import Permission
from oversight.rest.scopes import Access

MOST = 100  # the newest


class ProposalSerializer(serializers.ModelSerializer[WeaknessProposal]):
    """A weakness that a model proposes. Only one that was accepted is a kind of query."""

    round = serializers.IntegerField(source="round.number", help_text="Its number.")
    version = serializers.StringRelatedField[WeaknessProposal]()
    failures = serializers.ListField(
        child=serializers.IntegerField(), help_text="The queries that it was shown, by id."
    )

    class Meta:
        model = WeaknessProposal
        fields = [
            *("id", "round", "version", "name", "why", "failures", "state", "decided_at"),
            "created_at",
        ]


class ProposalDecisionSerializer(serializers.Serializer[Any]):
    is_accepted = serializers.BooleanField()


class Proposals(CampaignView):
    """What attackers proposed."""

    access = {"GET": Access(Scope.READ, Permission.SEE_CAMPAIGN)}
    serializer_class = ProposalSerializer

    @extend_schema(responses=ProposalSerializer(many=True))
    def get(self, request: Request, slug: str) -> Response:
        """Return the proposals, the newest first, at most 100."""
        rows = WeaknessProposal.objects.filter(round__campaign=self.campaign)
        newest = rows.select_related("round", "version").order_by("-pk")[:MOST]
        return Response(ProposalSerializer(newest, many=True).data)


class Proposal(CampaignView):
    """One that is decided about."""

    access = {"POST": Access(Scope.CAMPAIGNS_WRITE, Permission.CHANGE_SETTINGS)}
    serializer_class = ProposalSerializer

    @extend_schema(request=ProposalDecisionSerializer, responses=ProposalSerializer)
    def post(self, request: Request, slug: str, proposal_id: int) -> HttpResponse:
        """Accept it as a kind of query, or leave it out. 409 where it was decided already."""
        rows = WeaknessProposal.objects.filter(round__campaign=self.campaign)
        proposal = get_object_or_404(rows.select_related("round", "version"), pk=proposal_id)
        decide_proposal(
            proposal=proposal, user=user_of(request), **self.read(ProposalDecisionSerializer)
        )
        proposal.refresh_from_db()
        return self.show(proposal)
