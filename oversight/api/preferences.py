"""Preferences over REST, streamed: however many there are, memory stays the same."""

from typing import Any

from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers as fields
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from oversight.models import Source
from oversight.selectors.campaigns import ENGINEERS
from oversight.selectors.preferences import preference_lines

from .access import get_campaign
from .serializers import PreferenceRowSerializer

BELIEVED = (
    "Only labels that are right with at least this probability, by p_w and p_l, those likelier "
    "wrong turned round: for trainers that do not read p_w and p_l."
)


class JSONLinesRenderer(JSONRenderer):
    """Lets clients ask for JSON lines by name; only errors are rendered by it."""

    media_type = "application/x-ndjson"
    format = "jsonl"


class PreferenceFilter(fields.Serializer[Any]):
    source = fields.ChoiceField(  # type: ignore[assignment]  # a column, not Field.source
        choices=Source.choices, required=False, default=""
    )
    after_id = fields.IntegerField(min_value=0, max_value=2**63 - 1, required=False, default=0)
    believed = fields.FloatField(min_value=0, max_value=1, required=False, default=0.0)


class PreferenceStream(APIView):
    """The preferences that may be trained on, one JSON object a line, by id."""

    renderer_classes = [JSONRenderer, JSONLinesRenderer]

    @extend_schema(
        parameters=[
            OpenApiParameter("source", OpenApiTypes.STR, enum=Source.values),
            OpenApiParameter(
                "after_id", OpenApiTypes.INT64, description="Only rows with a greater id."
            ),
            OpenApiParameter("believed", OpenApiTypes.FLOAT, description=BELIEVED),
        ],
        responses={(200, "application/x-ndjson"): PreferenceRowSerializer},
    )
    def get(self, request: Request, slug: str) -> StreamingHttpResponse:
        """Admins and engineers may. Superseded rows and rows of weight 0 are left out."""
        campaign = get_campaign(request, slug, ENGINEERS)
        wanted = PreferenceFilter(data=request.query_params.dict())
        wanted.is_valid(raise_exception=True)
        return StreamingHttpResponse(
            preference_lines(campaign, **wanted.validated_data),
            content_type="application/x-ndjson",
        )
