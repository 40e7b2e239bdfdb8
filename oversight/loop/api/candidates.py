"""Learners trained elsewhere, put before the gate over REST."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from oversight.loop.api.serializers import RoundSerializer
from oversight.loop.services.candidates import compare_candidate, register_candidate
from oversight.models import Role, Scope
from oversight.people.api import user_of
from oversight.people.api.views import CampaignView
from oversight.people.policies.permissions import Permission
from oversight.rest.scopes import Access
from oversight.versions.api.serializers import ModelPlaceSerializer, WhySerializer
from oversight.versions.api.versions import checked_version, versions_of

WRITE = {"POST": Access(Scope.CAMPAIGNS_WRITE, Permission.CHANGE_MODELS)}


class CandidateSerializer(ModelPlaceSerializer):
    """A learner trained elsewhere, in a folder or on a server."""

    parent_id = serializers.IntegerField(
        required=False, allow_null=True, help_text="The version that it was trained from, if any."
    )


class CandidateList(CampaignView):
    """The door for a learner trained elsewhere."""

    access = WRITE
    serializer_class = RoundSerializer

    @extend_schema(request=CandidateSerializer, responses={201: RoundSerializer})
    def post(self, request: Request, slug: str) -> HttpResponse:
        """Register it and begin a round that only compares it with the learner at work.

        Both answer the held-out queries, and the gate decides. 409 while a round is open.
        """
        wanted = self.read(CandidateSerializer)
        round_ = register_candidate(
            campaign=self.campaign,
            user=user_of(request),
            parent=self._parent(wanted.pop("parent_id", None)),
            **checked_version(wanted),
        )
        return self.show(round_, status=201)

    def _parent(self, pk: int | None) -> Any:
        learners = versions_of(self).filter(role=Role.LEARNER)
        return None if pk is None else get_object_or_404(learners, pk=pk)


class VersionCompare(CampaignView):
    """A learner that is registered already is put before the gate."""

    access = WRITE
    serializer_class = RoundSerializer

    @extend_schema(request=WhySerializer, responses={201: RoundSerializer})
    def post(self, request: Request, slug: str, version_id: int) -> HttpResponse:
        """Begin a round that only compares it with the learner at work. 409 where it was before the
        gate already, or was at work, and while a round is open."""
        round_ = compare_candidate(
            version=get_object_or_404(versions_of(self), pk=version_id),
            user=user_of(request),
            **self.read(WhySerializer),
        )
        return self.show(round_, status=201)
