"""Labels of steps and ratings of critiques over REST, streamed as JSON lines."""

from collections.abc import Callable, Iterator
from typing import Any

from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers as fields
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from oversight.models import Campaign
from oversight.selectors.campaigns import ENGINEERS
from oversight.selectors.process_labels import as_lines, critique_rating_rows, step_label_rows

from .access import get_campaign
from .preferences import JSONLinesRenderer

AFTER = OpenApiParameter("after_id", OpenApiTypes.INT64, description="Only rows of a greater id.")
LINES = {(200, "application/x-ndjson"): OpenApiTypes.OBJECT}


class AfterFilter(fields.Serializer[Any]):
    after_id = fields.IntegerField(min_value=0, max_value=2**63 - 1, required=False, default=0)


class StepLabelStream(APIView):
    """One labelled solution a line, with PRM800K's fields, by id."""

    renderer_classes = [JSONRenderer, JSONLinesRenderer]

    @extend_schema(parameters=[AFTER], responses=LINES)
    def get(self, request: Request, slug: str) -> StreamingHttpResponse:
        """Admins and engineers may. Superseded labels and held-out queries are left out."""
        return _stream(request, slug, step_label_rows)


class CritiqueRatingStream(APIView):
    """One rated critique a line, with its text and its six scores, by id of the judgement."""

    renderer_classes = [JSONRenderer, JSONLinesRenderer]

    @extend_schema(parameters=[AFTER], responses=LINES)
    def get(self, request: Request, slug: str) -> StreamingHttpResponse:
        """Admins and engineers may. Superseded ratings and held-out queries are left out."""
        return _stream(request, slug, critique_rating_rows)


def _stream(
    request: Request, slug: str, rows: Callable[..., Iterator[dict[str, Any]]]
) -> StreamingHttpResponse:
    campaign: Campaign = get_campaign(request, slug, ENGINEERS)
    wanted = AfterFilter(data=request.query_params.dict())
    wanted.is_valid(raise_exception=True)
    lines = as_lines(rows(campaign, **wanted.validated_data))
    return StreamingHttpResponse(lines, content_type="application/x-ndjson")
