"""Datasets over REST, streamed: however many rows there are, memory stays the same."""

from datetime import UTC, datetime
from typing import Any, ClassVar

from django.http import HttpResponse, StreamingHttpResponse
from django.utils.dateparse import parse_datetime
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers as fields
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from oversight.data.selectors.datasets import Dataset, Wanted
from oversight.data.selectors.encodings import Compression, Encoding, Format, encoded
from oversight.models import Act, Campaign, Scope, Source
from oversight.people.api.views import CampaignView
from oversight.people.policies.permissions import Permission
from oversight.people.services.audit import record_act
from oversight.rest.asking import Filters
from oversight.rest.scopes import Access

JSON_LINES = "application/x-ndjson"
READ = {"GET": Access(Scope.READ, Permission.EXPORT_DATA)}
BELIEVED = (
    "Only labels that are right with at least this probability, by p_w and p_l, those likelier "
    "wrong turned round: for trainers that do not read p_w and p_l."
)


@extend_schema_field(OpenApiTypes.STR)
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


class RowFilters(Filters):
    """Which rows, and how they are written where the file's name does not say."""

    after_id = fields.IntegerField(
        min_value=0, max_value=2**63 - 1, help_text="Only rows of a greater id."
    )
    since = SinceField(help_text="Only rows after this id, or after this time.")
    source = fields.ChoiceField(  # type: ignore[assignment]  # a column, not Field.source
        choices=Source.choices
    )
    simulated = fields.BooleanField(help_text="Labels of simulated annotators too.")
    format = fields.ChoiceField(choices=list(Format))
    compression = fields.ChoiceField(choices=list(Compression))


class PreferenceFilters(RowFilters):
    believed = fields.FloatField(min_value=0, max_value=1, help_text=BELIEVED)


class ErrorsInJSON(BaseContentNegotiation):
    """The address says how a dataset is written; what is rendered here is errors alone."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        return parsers[0]

    def select_renderer(
        self, request: Request, renderers: Any, format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        return renderers[0], renderers[0].media_type


class DatasetStream(CampaignView):
    """Rows of a campaign by id, as a file."""

    access = READ
    filter_class = RowFilters
    content_negotiation_class = ErrorsInJSON

    def stream(
        self, dataset: Dataset, usual: Encoding | None = None
    ) -> HttpResponse | StreamingHttpResponse:
        """Answer with the rows; HEAD says what GET would, and reads none."""
        encoding = _encoding(self.wanted, usual or Encoding())
        name = f"{self.campaign.slug}-{dataset.name}{encoding.ending}"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        if self.request.method == "HEAD":
            return HttpResponse(content_type=encoding.content_type, headers=headers)
        # The one thing that a GET writes: that it was asked for.
        record_act(
            Act.DATA_EXPORTED, campaign=self.campaign, file=f"{dataset.name}{encoding.ending}"
        )
        blocks = encoded(dataset, _wanted(self.campaign, self.wanted), encoding)
        return StreamingHttpResponse(blocks, content_type=encoding.content_type, headers=headers)


def _wanted(campaign: Campaign, asked: dict[str, Any]) -> Wanted:
    since, after_id = asked.get("since", 0), asked.get("after_id", 0)
    is_time = isinstance(since, datetime)
    return Wanted(
        campaign,
        since_id=after_id if is_time else max(since, after_id),
        since_time=since if is_time else None,
        source=asked.get("source", ""),
        simulated=asked.get("simulated", False),
        believed=asked.get("believed", 0.0),
    )


def _encoding(asked: dict[str, Any], usual: Encoding) -> Encoding:
    fmt = Format(asked.get("format", usual.format))
    inside = Compression.ZSTD if fmt == Format.PARQUET else usual.compression
    return Encoding(fmt, Compression(asked.get("compression", inside)))
