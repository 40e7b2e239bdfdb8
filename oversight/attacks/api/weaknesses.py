"""The map of weaknesses over REST, and what a person finds of an attack."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from oversight.attacks.selectors.weakness import map_of
from oversight.attacks.services.findings import record_finding
from oversight.models import AttackFinding, Query, Scope
from oversight.people.api import user_of
from oversight.people.api.views import CampaignView
from oversight.people.policies.permissions import Permission
from oversight.rest.scopes import Access


class RateSerializer(serializers.Serializer[Any]):
    """A share with its exact 95 % interval; null where nothing was checked."""

    n = serializers.IntegerField()
    value = serializers.FloatField(allow_null=True)
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)


class WeaknessSerializer(serializers.Serializer[Any]):
    kind = serializers.CharField(help_text="Of the taxonomy, or as queries have it; empty for all.")
    tries = serializers.IntegerField(help_text="Queries that a learner answered in a round.")
    checked = serializers.IntegerField(help_text="Those of which somebody confirmed what they are.")
    failed = serializers.IntegerField(help_text="Fair, and the answer fails: confirmed.")
    by_people = serializers.IntegerField()
    by_checker = serializers.IntegerField()
    unfair = serializers.IntegerField(help_text="Among the checked ones: they count against.")
    needs_fairness = serializers.IntegerField(
        help_text="People say that the answer fails, nobody whether the query is fair."
    )
    clusters = serializers.IntegerField(help_text="Different ways to fail.")
    rate = RateSerializer(help_text="failed of checked.")
    example = serializers.IntegerField(allow_null=True, help_text="A failing query's id.")
    next_share = serializers.FloatField(allow_null=True, help_text="Of the next round's queries.")


class RichnessSerializer(serializers.Serializer[Any]):
    """Different ways to fail among `size` of the `n` tries, with the 95 % interval."""

    value = serializers.FloatField()
    low = serializers.FloatField()
    high = serializers.FloatField()
    size = serializers.IntegerField()
    n = serializers.IntegerField()


class WeaknessMapSerializer(serializers.Serializer[Any]):
    rows = WeaknessSerializer(many=True)
    total = WeaknessSerializer()
    covered = serializers.IntegerField(help_text="Kinds of the taxonomy with 30 tries or more.")
    kinds = serializers.IntegerField(help_text="Kinds of the taxonomy.")
    clusters = RichnessSerializer(allow_null=True, help_text="Null with fewer than 100 tries.")


class Weaknesses(CampaignView):
    """Where the learner is weak, as people and the checker confirmed it."""

    access = {"GET": Access(Scope.READ, Permission.SEE_CAMPAIGN)}
    serializer_class = WeaknessMapSerializer

    @extend_schema(responses=WeaknessMapSerializer)
    def get(self, request: Request, slug: str) -> Response:
        """Return the kinds of query, first those that most of the next queries would be about."""
        return Response(WeaknessMapSerializer(map_of(self.campaign)).data)


class FoundSerializer(serializers.Serializer[Any]):
    """What somebody finds of a query and of the learner's answers to it."""

    is_fair = serializers.BooleanField(help_text="It has an answer that can be right.")
    fails = serializers.BooleanField(
        allow_null=True, default=None, help_text="Null: left to those who judged the answers."
    )
    reason = serializers.CharField(max_length=500, allow_blank=True, default="")


class FindingSerializer(serializers.ModelSerializer[AttackFinding]):
    class Meta:
        model = AttackFinding
        fields = ["id", "query_id", "is_fair", "fails", "reason", "created_at"]


class Finding(CampaignView):
    """What you find of one attack; the latest stands."""

    access = {"POST": Access(Scope.ANNOTATE, Permission.REVIEW_ANSWERS)}
    serializer_class = FindingSerializer

    @extend_schema(request=FoundSerializer, responses={201: FindingSerializer})
    def post(self, request: Request, slug: str, query_id: int) -> HttpResponse:
        """Say whether the query is fair and whether its answers fail. 409 where none was answered."""
        query = get_object_or_404(Query.objects.filter(campaign=self.campaign), pk=query_id)
        said = self.read(FoundSerializer)
        return self.show(record_finding(query=query, user=user_of(request), **said), status=201)
