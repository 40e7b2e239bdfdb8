"""Campaigns, their rounds and versions over REST."""

import re
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.exceptions import NotFound
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from oversight.data.api import serializers
from oversight.loop.selectors.progress import round_progress
from oversight.models import Campaign, ModelVersion, Round
from oversight.people.api import get_campaign, user_of


class ById(CursorPagination):
    """Pages that hold still while rows are added."""

    ordering = "id"

    def decode_cursor(self, request: Request) -> Any:
        """Return the place to go on from. Raises NotFound where it is no id: Django's column decides
        what is one too late.
        """
        cursor = super().decode_cursor(request)
        if cursor and not re.fullmatch(r"[0-9]{1,18}", str(cursor.position or 0), re.ASCII):
            raise NotFound(self.invalid_cursor_message)
        return cursor


class CampaignList(generics.ListAPIView[Campaign]):
    """The campaigns that you are a member of."""

    serializer_class = serializers.CampaignSerializer
    pagination_class = ById
    queryset = Campaign.objects.none()

    def get_queryset(self) -> QuerySet[Campaign]:
        return Campaign.objects.visible_to(user_of(self.request))


class CampaignDetail(APIView):
    """One campaign: what it is, the versions at work, and labels by who gave them."""

    @extend_schema(responses=serializers.CampaignDetailSerializer)
    def get(self, request: Request, slug: str) -> Response:
        campaign = get_campaign(request, slug)
        return Response(serializers.CampaignDetailSerializer(campaign).data)


class RoundList(generics.ListAPIView[Round]):
    """The campaign's rounds, oldest first."""

    serializer_class = serializers.RoundSerializer
    pagination_class = ById
    queryset = Round.objects.none()

    def get_queryset(self) -> QuerySet[Round]:
        campaign = get_campaign(self.request, self.kwargs["slug"])
        return campaign.rounds.defer("plan").select_related("learner", "attacker", "critic")


class RoundDetail(APIView):
    """One round with the progress of each stage."""

    @extend_schema(responses=serializers.RoundDetailSerializer)
    def get(self, request: Request, slug: str, number: int) -> Response:
        campaign = get_campaign(request, slug)
        rounds = campaign.rounds.select_related("learner", "attacker", "critic")
        round_ = get_object_or_404(rounds, number=number)
        stages = serializers.StageProgressSerializer(round_progress(round_), many=True)
        return Response(serializers.RoundSerializer(round_).data | {"stages": stages.data})


class VersionList(generics.ListAPIView[ModelVersion]):
    """Every version of the campaign's models; `status` says which are at work."""

    serializer_class = serializers.VersionSerializer
    pagination_class = ById
    queryset = ModelVersion.objects.none()

    def get_queryset(self) -> QuerySet[ModelVersion]:
        campaign = get_campaign(self.request, self.kwargs["slug"])
        return ModelVersion.objects.filter(campaign=campaign).with_status()
