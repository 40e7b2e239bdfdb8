"""Datasets over REST, streamed as JSON lines: however many rows there are, memory stays the same."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Any, ClassVar

from django.http import HttpResponse, StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers as fields
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from oversight.models import Campaign, Scope
from oversight.people.api import get_campaign
from oversight.people.selectors import ENGINEERS
from oversight.rest.asking import refuse_unknown
from oversight.rest.scopes import Access

JSON_LINES = "application/x-ndjson"
AFTER = OpenApiParameter("after_id", OpenApiTypes.INT64, description="Only rows of a greater id.")


class JSONLinesRenderer(JSONRenderer):
    """Lets clients ask for JSON lines by name; only errors are rendered by it."""

    media_type = JSON_LINES
    format = "jsonl"


class AfterFilter(fields.Serializer[Any]):
    after_id = fields.IntegerField(min_value=0, max_value=2**63 - 1, required=False, default=0)


class LineStream(APIView, ABC):
    """Rows of a campaign, one JSON object a line, by id. Admins and engineers may."""

    access = {"GET": Access(Scope.READ, ENGINEERS)}
    renderer_classes = [JSONRenderer, JSONLinesRenderer]
    filter_class: ClassVar[type[fields.Serializer[Any]]] = AfterFilter

    @abstractmethod
    def lines(self, campaign: Campaign, **wanted: Any) -> Iterator[bytes]:
        """Return the lines that were asked for, lazily."""

    def stream(self, request: Request, slug: str) -> StreamingHttpResponse:
        campaign, wanted = self._asked(request, slug)
        return StreamingHttpResponse(self.lines(campaign, **wanted), content_type=JSON_LINES)

    def head(self, request: Request, slug: str) -> HttpResponse:
        """Say what a GET would, and read no row: servers make a whole body only to drop it."""
        self._asked(request, slug)
        return HttpResponse(content_type=JSON_LINES)

    def _asked(self, request: Request, slug: str) -> tuple[Campaign, dict[str, Any]]:
        campaign = get_campaign(request, slug, ENGINEERS)
        refuse_unknown(request, self.filter_class().fields)
        wanted = self.filter_class(data=request.query_params.dict())
        wanted.is_valid(raise_exception=True)
        return campaign, wanted.validated_data
