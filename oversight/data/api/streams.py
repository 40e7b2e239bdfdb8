"""Datasets over REST, streamed: however many rows there are, memory stays the same."""

from datetime import UTC, datetime
from typing import Any, ClassVar

from django.http import HttpResponse, StreamingHttpResponse
from django.utils.dateparse import parse_datetime
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers as fields
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from oversight.data.selectors.datasets import Dataset, Wanted
from oversight.data.selectors.encodings import Compression, Encoding, Format, encoded
from oversight.models import Campaign, Snapshot, Source
from oversight.people.api import get_campaign
from oversight.people.selectors import ENGINEERS

JSON_LINES = "application/x-ndjson"
BELIEVED = (
    "Only labels that are right with at least this probability, by p_w and p_l, those likelier "
    "wrong turned round: for trainers that do not read p_w and p_l."
)
AFTER = OpenApiParameter("after_id", OpenApiTypes.INT64, description="Only rows of a greater id.")
ROWS = [
    OpenApiParameter("source", OpenApiTypes.STR, enum=Source.values),
    OpenApiParameter(
        "simulated", OpenApiTypes.BOOL, description="Labels of simulated annotators too."
    ),
    OpenApiParameter(
        "since", OpenApiTypes.STR, description="Only rows after this id, or after this time."
    ),
    AFTER,
]
ENCODING = [
    OpenApiParameter("format", OpenApiTypes.STR, enum=list(Format)),
    OpenApiParameter("compression", OpenApiTypes.STR, enum=list(Compression)),
]


class SinceField(fields.Field[Any, Any, Any, Any]):
    """An id, or a time with its zone."""

    default_error_messages: ClassVar[dict[str, Any]] = {
        "invalid": "Give an id, or a time with its zone, as in 2026-01-31T12:00:00Z."
    }

    def to_internal_value(self, data: Any) -> int | datetime:
        text = str(data).strip()
        if text.isascii() and text.isdecimal() and int(text) < 2**63:
            return int(text)
        try:
            # In an address that was not quoted a plus has become a space.
            when = parse_datetime(text.replace(" 0", "+0", 1) if "T" in text else text)
        except ValueError:
            when = None
        if when is None or when.tzinfo is None:
            self.fail("invalid")
        return when.astimezone(UTC)

    def to_representation(self, value: Any) -> Any:
        return str(value)


class RowFilter(fields.Serializer[Any]):
    after_id = fields.IntegerField(min_value=0, max_value=2**63 - 1, required=False, default=0)
    since = SinceField(required=False, default=0)
    source = fields.ChoiceField(  # type: ignore[assignment]  # a column, not Field.source
        choices=Source.choices, required=False, default=""
    )
    simulated = fields.BooleanField(required=False, default=False)
    believed = fields.FloatField(min_value=0, max_value=1, required=False, default=0.0)

    def wanted(self, campaign: Campaign, snapshot: Snapshot | None = None) -> Wanted:
        asked = self.validated_data
        since, is_time = asked["since"], isinstance(asked["since"], datetime)
        return Wanted(
            campaign,
            since_id=asked["after_id"] if is_time else max(since, asked["after_id"]),
            since_time=since if is_time else None,
            source=asked["source"],
            simulated=asked["simulated"],
            believed=asked["believed"],
            snapshot=snapshot,
        )


class EncodingFilter(fields.Serializer[Any]):
    format = fields.ChoiceField(choices=list(Format), required=False)
    compression = fields.ChoiceField(choices=list(Compression), required=False)

    def encoding(self, usual: Encoding) -> Encoding:
        asked = self.validated_data
        fmt = Format(asked.get("format", usual.format))
        inside = Compression.ZSTD if fmt == Format.PARQUET else usual.compression
        return Encoding(fmt, Compression(asked.get("compression", inside)))


class ErrorsInJSON(BaseContentNegotiation):
    """The address says how a dataset is written; what is rendered here is errors alone."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        return parsers[0]

    def select_renderer(
        self, request: Request, renderers: Any, format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        return renderers[0], renderers[0].media_type


class DatasetStream(APIView):
    """Rows of a campaign by id, as a file. Admins and engineers may."""

    renderer_classes = [JSONRenderer]
    content_negotiation_class = ErrorsInJSON

    def stream(
        self, request: Request, slug: str, dataset: Dataset, usual: Encoding | None = None
    ) -> HttpResponse | StreamingHttpResponse:
        """Answer with the rows; HEAD says what GET would, and reads none."""
        campaign = get_campaign(request, slug, ENGINEERS)
        asked = request.query_params.dict()
        rows, how = RowFilter(data=asked), EncodingFilter(data=asked)
        rows.is_valid(raise_exception=True)
        how.is_valid(raise_exception=True)
        encoding = how.encoding(usual or Encoding())
        headers = {
            "Content-Disposition": f'attachment; filename="{slug}-{dataset.name}{encoding.ending}"'
        }
        if request.method == "HEAD":
            return HttpResponse(content_type=encoding.content_type, headers=headers)
        blocks = encoded(dataset, rows.wanted(campaign), encoding)
        return StreamingHttpResponse(blocks, content_type=encoding.content_type, headers=headers)
