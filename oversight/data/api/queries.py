"""Queries over REST: read them, add them."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiResponse, PolymorphicProxySerializer, extend_schema
from rest_framework import serializers as fields
from rest_framework import status
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from oversight.campaigns.services.brought_queries import take_in_queries
from oversight.campaigns.services.queries import NewQuery
from oversight.models import Campaign, Origin, Query, Scope, Split
from oversight.people.api import user_of
from oversight.people.api.views import CampaignRows, CampaignView
from oversight.people.policies.permissions import Permission
from oversight.rest.asking import Filters
from oversight.rest.scopes import Access

from . import serializers

MAX_QUERIES = 1000
READ = {"GET": Access(Scope.READ, Permission.SEE_TEXTS)}


class QueryFilters(Filters):
    split = fields.ChoiceField(choices=Split.choices)
    origin = fields.ChoiceField(choices=Origin.choices)
    node = fields.CharField(help_text="Kind of query, exactly as it is written.")
    cluster = fields.CharField()
    brought_by = fields.CharField(help_text="The program outside that wrote it.")


class QueryList(CampaignRows):
    """The campaign's usable queries, and the door to add some.

    Who annotates reads what they are asked about, on its card and after its warning.
    """

    access = {**READ, "POST": Access(Scope.DATA_WRITE, Permission.ADD_DATA)}
    serializer_class = serializers.QuerySerializer
    filter_class = QueryFilters

    def get_queryset(self) -> QuerySet[Query]:
        return usable(self.campaign).filter(**self.wanted)

    @extend_schema(
        request=PolymorphicProxySerializer(
            component_name="OneOrManyNewQueries",
            serializers=[
                serializers.NewQuerySerializer,
                serializers.NewQuerySerializer(many=True),
            ],
            resource_type_field_name=None,
            many=False,
        ),
        responses={
            201: serializers.AddedQueriesSerializer,
            200: OpenApiResponse(
                serializers.AddedQueriesSerializer,
                description="All of them were there already, or were left out.",
            ),
        },
    )
    def post(self, request: Request, slug: str) -> Response:
        """Add one query or a list of up to 1,000.

        Those whose exact text the campaign has already are reported, not added. A reference or kind
        that such a one brings fills an empty one; where it differs from what is there, `conflicts`
        says both, and what is there stays. A query like a held-out one is held out too; one that a
        program wrote (`brought_by`) is left out then, and `too_near` has its place.
        """
        taken = take_in_queries(
            campaign=self.campaign,
            queries=_validated(request.data),
            written_by=user_of(request),
            origin=Origin.PERSON,
        )
        code = status.HTTP_201_CREATED if taken.added.new_ids else status.HTTP_200_OK
        return Response(serializers.AddedQueriesSerializer(taken).data, status=code)


class QueryDetail(CampaignView):
    """One usable query."""

    access = READ
    serializer_class = serializers.QuerySerializer

    def get(self, request: Request, slug: str, query_id: int) -> HttpResponse:
        return self.show(get_object_or_404(usable(self.campaign), pk=query_id))


def usable(campaign: Campaign) -> QuerySet[Query]:
    return Query.objects.usable().filter(campaign=campaign)


def _validated(data: Any) -> list[NewQuery]:
    rows = data if isinstance(data, list) else [data]
    if len(rows) > MAX_QUERIES:
        raise ValidationError(f"At most {MAX_QUERIES} queries at a time, not {len(rows)}.")
    if not rows:
        raise ValidationError("The list is empty.")
    serializer = serializers.NewQuerySerializer(data=data, many=isinstance(data, list))
    serializer.is_valid(raise_exception=True)
    clean = serializer.validated_data
    return [NewQuery(**row) for row in (clean if isinstance(data, list) else [clean])]
