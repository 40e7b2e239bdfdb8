"""Rounds over REST: what they are, and what may be done to them."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from oversight.loop.api.serializers import (
    RoundDetailSerializer,
    RoundMoveSerializer,
    RoundSerializer,
)
from oversight.loop.selectors.crossed import crossed_of
from oversight.loop.selectors.progress import round_progress
from oversight.loop.selectors.refined import refined_of
from oversight.loop.selectors.tampering import put_in_by_model
from oversight.loop.services import rounds
from oversight.loop.services.cancellation import cancel_round
from oversight.loop.services.moving import move_round
from oversight.models import Role, Round, Scope, Stage
from oversight.people.api import user_of
from oversight.people.api.views import CampaignRows, CampaignView
from oversight.people.policies.permissions import Permission
from oversight.rest.asking import Filters
from oversight.rest.scopes import Access
from oversight.rest.text import ReasonSerializer

READ = {"GET": Access(Scope.READ, Permission.SEE_CAMPAIGN)}
WRITE = {"POST": Access(Scope.ROUNDS_WRITE, Permission.RUN_ROUNDS)}
DETAIL = {200: RoundDetailSerializer}


class RoundFilters(Filters):
    stage = serializers.ChoiceField(choices=Stage.choices)
    is_open = serializers.BooleanField(help_text="It has not ended.")


class RoundList(CampaignRows):
    """The campaign's rounds, oldest first, and the door to start one."""

    access = {**READ, **WRITE}
    serializer_class = RoundSerializer
    filter_class = RoundFilters

    def get_queryset(self) -> QuerySet[Round]:
        rows = self.campaign.rounds.defer("plan").select_related("learner", "attacker", "critic")
        if (stage := self.wanted.get("stage")) is not None:
            rows = rows.filter(stage=stage)
        if (is_open := self.wanted.get("is_open")) is not None:
            rows = rows.filter(finished_at__isnull=is_open)
        return rows

    @extend_schema(request=None, responses={201: RoundSerializer})
    def post(self, request: Request, slug: str) -> HttpResponse:
        """Start a round. 409 while one is open, or where a model or queries are missing."""
        self.read_nothing()
        started = rounds.start_round(campaign=self.campaign, started_by=user_of(request))
        return self.show(started, status=201)


class RoundUpdate(CampaignView):
    """A round without attacks."""

    access = WRITE
    serializer_class = RoundSerializer

    @extend_schema(request=None, responses={201: RoundSerializer})
    def post(self, request: Request, slug: str) -> HttpResponse:
        """Update the learner from the preferences that are there. 409 where none is new."""
        self.read_nothing()
        started = rounds.start_update(campaign=self.campaign, reason=f"by {user_of(request)}")
        return self.show(started, status=201)


class OneRound(CampaignView):
    """A round with the progress of each stage."""

    serializer_class = RoundDetailSerializer

    def round(self) -> Round:
        rows = self.campaign.rounds.select_related("learner", "attacker", "critic")
        rows = rows.prefetch_related("changes__former", "changes__version")
        return get_object_or_404(rows, number=self.kwargs["number"])

    def whole(self, row: Any) -> dict[str, Any]:
        row.stages = round_progress(row)
        row.errors_put_in = put_in_by_model(row)
        row.written_anew = refined_of(row)
        row.cross_examined = crossed_of(row)
        return super().whole(row)


class RoundDetail(OneRound):
    """One round with the progress of each stage."""

    access = READ

    def get(self, request: Request, slug: str, number: int) -> HttpResponse:
        return self.show(self.round())


class RoundCloseReview(OneRound):
    """The review of a round is closed."""

    access = WRITE

    @extend_schema(request=None, responses=DETAIL)
    def post(self, request: Request, slug: str, number: int) -> HttpResponse:
        """Go on with what people have judged so far. 409 where it does not wait for people."""
        self.read_nothing()
        rounds.close_review(round=self.round())
        return self.show(self.round())


class RoundRetry(OneRound):
    """What failed of a round is tried again."""

    access = WRITE

    @extend_schema(request=None, responses=DETAIL)
    def post(self, request: Request, slug: str, number: int) -> HttpResponse:
        """Try once more what failed. 409 where nothing has."""
        self.read_nothing()
        rounds.retry_failed(round=self.round())
        return self.show(self.round())


class RoundMove(OneRound):
    """A round under way goes on with another version in a role."""

    access = WRITE

    @extend_schema(request=RoundMoveSerializer, responses=DETAIL)
    def post(self, request: Request, slug: str, number: int) -> HttpResponse:
        """Go on with another version, with a reason. 409 where the role has done its part.

        What an attacker has written stays; a learner or critic is asked anew from the first query on.
        """
        wanted = self.read(RoundMoveSerializer)
        version_id, round_ = wanted.pop("version"), self.round()
        version = None
        if version_id is not None:
            version = get_object_or_404(self.campaign.versions, pk=version_id)
        role = Role(wanted.pop("role"))
        move_round(round=round_, role=role, version=version, moved_by=user_of(request), **wanted)
        return self.show(self.round())


class RoundCancel(OneRound):
    """A round is ended before its time."""

    access = WRITE

    @extend_schema(request=ReasonSerializer, responses=DETAIL)
    def post(self, request: Request, slug: str, number: int) -> HttpResponse:
        """End the round where it stands, with a reason. What people said stays. 409 where it ended."""
        wanted = self.read(ReasonSerializer)
        cancel_round(round=self.round(), cancelled_by=user_of(request), **wanted)
        return self.show(self.round())
