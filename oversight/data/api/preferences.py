"""Preferences over REST, streamed."""

from collections.abc import Iterator
from typing import Any

from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers as fields
from rest_framework.request import Request

from oversight.data.selectors.preferences import preference_lines
from oversight.models import Campaign, Source

from .serializers import PreferenceRowSerializer
from .streams import AFTER, JSON_LINES, AfterFilter, LineStream

BELIEVED = (
    "Only labels that are right with at least this probability, by p_w and p_l, those likelier "
    "wrong turned round: for trainers that do not read p_w and p_l."
)


class PreferenceFilter(AfterFilter):
    source = fields.ChoiceField(  # type: ignore[assignment]  # a column, not Field.source
        choices=Source.choices, required=False, default=""
    )
    believed = fields.FloatField(min_value=0, max_value=1, required=False, default=0.0)


class PreferenceStream(LineStream):
    """The preferences that may be trained on, one JSON object a line, by id."""

    filter_class = PreferenceFilter

    @extend_schema(
        parameters=[
            OpenApiParameter("source", OpenApiTypes.STR, enum=Source.values),
            AFTER,
            OpenApiParameter("believed", OpenApiTypes.FLOAT, description=BELIEVED),
        ],
        responses={(200, JSON_LINES): PreferenceRowSerializer},
    )
    def get(self, request: Request, slug: str) -> StreamingHttpResponse:
        """Admins and engineers may. Superseded rows and rows of weight 0 are left out.

        Rows that differ in their id and time alone come once, and every column has one type.
        """
        return self.stream(request, slug)

    def lines(self, campaign: Campaign, **wanted: Any) -> Iterator[bytes]:
        return preference_lines(campaign, **wanted)
