"""Rounds over REST."""

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from oversight.loop.api.serializers import (
    RoundDetailSerializer,
    RoundSerializer,
    StageProgressSerializer,
)
from oversight.loop.selectors.progress import round_progress
from oversight.models import Round
from oversight.people.api import get_campaign
from oversight.rest.paging import ById


class RoundList(generics.ListAPIView[Round]):
    """The campaign's rounds, oldest first."""

    serializer_class = RoundSerializer
    pagination_class = ById
    queryset = Round.objects.none()

    def get_queryset(self) -> QuerySet[Round]:
        campaign = get_campaign(self.request, self.kwargs["slug"])
        return campaign.rounds.defer("plan").select_related("learner", "attacker", "critic")


class RoundDetail(APIView):
    """One round with the progress of each stage."""

    @extend_schema(responses=RoundDetailSerializer)
    def get(self, request: Request, slug: str, number: int) -> Response:
        campaign = get_campaign(request, slug)
        rounds = campaign.rounds.select_related("learner", "attacker", "critic")
        round_ = get_object_or_404(rounds, number=number)
        stages = StageProgressSerializer(round_progress(round_), many=True)
        return Response(RoundSerializer(round_).data | {"stages": stages.data})
