"""Where an attacker outside starts, over REST."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers as fields
from rest_framework.request import Request
from rest_framework.response import Response

from oversight.loop.selectors.starts import starts_for
from oversight.models import Scope
from oversight.people.api.views import CampaignView
from oversight.people.policies.permissions import Permission
from oversight.rest.asking import Filters
from oversight.rest.scopes import Access


class StartFilters(Filters):
    queries = fields.IntegerField(min_value=1, max_value=1000, default=20, help_text="Wanted.")
    of_each = fields.IntegerField(min_value=1, max_value=1000, default=2, help_text="From a start.")


class AskedBeforeSerializer(fields.Serializer[Any]):
    query = fields.CharField()
    failed = fields.BooleanField(
        help_text="People or the checker confirmed that the learner failed."
    )


class StartSerializer(fields.Serializer[Any]):
    """A kind of query to attack, and what there is to go by."""

    start = fields.IntegerField(source="number", help_text="Counts from 1.")
    node = fields.CharField(help_text="Kind of query; empty where the campaign has none.")
    wanted = fields.IntegerField(help_text="Queries.")
    seed = fields.CharField(help_text="A query of that kind; empty where there is none.")
    asked_before = AskedBeforeSerializer(many=True)


class AttackStarts(CampaignView):
    """Where the campaign's own attacker would look next, for one that runs elsewhere."""

    access = {"GET": Access(Scope.READ, Permission.SEE_TEXTS)}
    serializer_class = StartSerializer
    filter_class = StartFilters

    @extend_schema(parameters=[StartFilters], responses=StartSerializer(many=True))
    def get(self, request: Request, slug: str) -> Response:
        """Return starts for as many queries. What comes of them is posted to `queries/`, each with its
        `node` and, as `brought_by`, the program's name."""
        starts = starts_for(self.campaign, self.wanted["queries"], self.wanted["of_each"])
        return Response(StartSerializer(starts, many=True).data)
