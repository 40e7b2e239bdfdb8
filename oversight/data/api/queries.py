"""Queries over REST: read them, add them."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiResponse, PolymorphicProxySerializer, extend_schema
from rest_framework import generics, status
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from oversight.campaigns.services.queries import AddedQueries, NewQuery, add_queries
from oversight.errors import WrongState
from oversight.models import Origin, Query
from oversight.people.api import get_campaign, user_of
from oversight.people.selectors import ENGINEERS
from oversight.web.paging import ById

from . import serializers
from .parsers import BoundedJSONParser

MAX_QUERIES = 1000


class Conflict(APIException):
    status_code = status.HTTP_409_CONFLICT
    default_code = "conflict"


class QueryList(generics.ListAPIView[Query]):
    """The campaign's usable queries, and the door to add some. Admins and engineers may.

    Who annotates reads what they are asked about, on its card and after its warning.
    """

    serializer_class = serializers.QuerySerializer
    pagination_class = ById
    parser_classes = [BoundedJSONParser]
    queryset = Query.objects.none()

    def get_queryset(self) -> QuerySet[Query]:
        campaign = get_campaign(self.request, self.kwargs["slug"], ENGINEERS)
        return Query.objects.usable().filter(campaign=campaign)

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
                serializers.AddedQueriesSerializer, description="All of them were there already."
            ),
        },
    )
    def post(self, request: Request, slug: str) -> Response:
        """Add one query or a list of up to 1,000. Admins and engineers may.

        Those whose exact text the campaign has already are reported, not added. A reference or kind
        that such a one brings fills an empty one; where it differs from what is there, `conflicts`
        says both, and what is there stays. A query like a held-out one is held out too.
        """
        campaign = get_campaign(request, slug, ENGINEERS)
        added = _add(
            campaign=campaign, queries=_validated(request.data), written_by=user_of(request)
        )
        code = status.HTTP_201_CREATED if added.new_ids else status.HTTP_200_OK
        return Response(serializers.AddedQueriesSerializer(added).data, status=code)


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


def _add(**values: Any) -> AddedQueries:
    try:
        return add_queries(origin=Origin.PERSON, **values)
    except WrongState as error:
        raise Conflict(str(error)) from error
