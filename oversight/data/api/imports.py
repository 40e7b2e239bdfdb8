"""Files over REST: announced, sent in pieces that can be resumed, described, confirmed, followed."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response

from oversight.data.importers import FORMATS
from oversight.data.importers.formats.columns import ROLES
from oversight.data.services.incoming import deciding, folder, receiving
from oversight.errors import InvalidCampaign
from oversight.models import Import, ImportState, Scope, Source
from oversight.people.api import user_of
from oversight.people.api.views import CampaignRows, CampaignView
from oversight.people.policies.permissions import Permission
from oversight.rest.numbers import NumberField
from oversight.rest.parsers import BoundedJSONParser
from oversight.rest.scopes import Access

from .streams import READ

CHUNK = 2**20
BYTES = "application/octet-stream"
OFFSET = "Upload-Offset"
MOST_DIGITS = 19
WRITE = Access(Scope.DATA_WRITE, Permission.ADD_DATA)


class BytesParser(BaseParser):
    """The body as it comes: it is read piece by piece, and never held as a whole."""

    media_type = BYTES

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        return stream


class ImportSerializer(serializers.ModelSerializer[Import]):
    """Where a file stands. `size`: the bytes received; the next ones begin there."""

    progress = serializers.SerializerMethodField()

    class Meta:
        model = Import
        fields = [
            *("id", "file_name", "expected_size", "size", "sha256", "state", "reason"),
            *("format", "source", "columns", "column_names", "held_out_share", "keeps_good"),
            "asks_people",
            *("counts", "report", "progress", "created_at", "ended_at"),
        ]

    def get_progress(self, row: Import) -> dict[str, int]:
        """Rows and bytes read so far, while it is being read."""
        return folder.progress(row.pk) if row.state == ImportState.RUNNING else {}


class NewImportSerializer(serializers.Serializer[Any]):
    file_name = serializers.CharField(max_length=255)
    size = serializers.IntegerField(
        min_value=1,
        max_value=receiving.MAX_BYTES,
        required=False,
        help_text="In bytes. The file is whole once so many are here.",
    )


class DescriptionSerializer(serializers.Serializer[Any]):
    """What the file is and how to take it; what is left out stays as it was guessed."""

    format = serializers.ChoiceField(choices=list(FORMATS), required=False)
    source = serializers.ChoiceField(  # type: ignore[assignment]  # a column, not Field.source
        choices=Source.choices,
        required=False,
        allow_blank=True,
        help_text="Who judged, for rows that do not say so.",
    )
    columns = serializers.DictField(
        child=serializers.CharField(),
        required=False,
        help_text=f"Which column is what, where the format is columns: {', '.join(ROLES)}.",
    )
    held_out_share = NumberField(min_value=0, max_value=0.999, required=False)
    keeps_good = serializers.BooleanField(
        required=False,
        help_text="Leave bad rows out, instead of importing nothing. A file that cannot be read to its "
        "end is not imported in part.",
    )
    asks_people = serializers.BooleanField(
        required=False, help_text="Ask people too about answers that were judged in the file."
    )


DESCRIBED = ("format", "source", "columns", "held_out_share", "keeps_good", "asks_people")


class ImportList(CampaignRows):
    """The campaign's imports, and the door to announce one."""

    access = {**READ, "POST": WRITE}
    serializer_class = ImportSerializer

    def get_queryset(self) -> QuerySet[Import]:
        return Import.objects.filter(campaign=self.campaign)

    @extend_schema(request=NewImportSerializer, responses={201: ImportSerializer})
    def post(self, request: Request, slug: str) -> Response:
        """Announce a file. Send its bytes with PATCH to the import, then confirm it."""
        given = self.read(NewImportSerializer)
        row = receiving.begin_import(
            campaign=self.campaign,
            user=user_of(request),
            file_name=given["file_name"],
            expected_size=given.get("size"),
        )
        return Response(ImportSerializer(row).data, status=status.HTTP_201_CREATED)


class OfImport(CampaignView):
    """An address below one import's."""

    row: Import

    def enter(self, request: Request) -> None:
        super().enter(request)
        rows = Import.objects.filter(campaign=self.campaign)
        self.row = get_object_or_404(rows, pk=self.kwargs["import_id"])


class OneImport(OfImport):
    """One import: where it stands, its bytes, its end."""

    access = {**READ, "PATCH": WRITE, "DELETE": WRITE}
    parser_classes = [BytesParser, BoundedJSONParser]

    @extend_schema(responses=ImportSerializer)
    def get(self, request: Request, slug: str, import_id: int) -> Response:
        """Say where it stands; the header `Upload-Offset` says how many bytes are here."""
        return _answer(self.row)

    @extend_schema(
        request={BYTES: OpenApiTypes.BINARY},
        parameters=[
            OpenApiParameter(
                OFFSET,
                OpenApiTypes.INT64,
                OpenApiParameter.HEADER,
                required=True,
                description="Where these bytes begin: how many were sent before.",
            )
        ],
        responses=ImportSerializer,
    )
    def patch(self, request: Request, slug: str, import_id: int) -> Response:
        """Append bytes. 409 says where to go on from, where it is not where these begin."""
        offset = request.headers.get(OFFSET, "")
        if not (offset.isascii() and offset.isdecimal() and len(offset) < MOST_DIGITS):
            raise serializers.ValidationError({OFFSET: ["Say where these bytes begin."]})
        pk, chunks = self.row.pk, _chunks(request.data)
        row = _done(lambda: receiving.receive(import_id=pk, offset=int(offset), chunks=chunks))
        if row.size == row.expected_size:
            row = _done(lambda: receiving.finish_receiving(import_id=pk))
        return _answer(row)

    @extend_schema(responses=ImportSerializer)
    def delete(self, request: Request, slug: str, import_id: int) -> Response:
        """Cancel it: one that is being read stops at its next batch, and nothing of it is kept."""
        return _answer(_done(lambda: deciding.cancel_import(import_id=self.row.pk)))


class ConfirmImport(OfImport):
    access = {"POST": WRITE}

    @extend_schema(request=DescriptionSerializer, responses={202: ImportSerializer})
    def post(self, request: Request, slug: str, import_id: int) -> Response:
        """Say that the file is whole and shall come in. A worker reads it: all of it, or nothing."""
        row, given = self.row, self.read(DescriptionSerializer)
        if row.state == ImportState.RECEIVING:
            row = _done(lambda: receiving.finish_receiving(import_id=row.pk))
        known = {name: getattr(row, name) for name in DESCRIBED}
        _done(lambda: deciding.describe_import(import_id=row.pk, **known | given))
        row = _done(lambda: deciding.confirm_import(import_id=row.pk))
        return _answer(row, status.HTTP_202_ACCEPTED)


class RefusedRows(OfImport):
    access = READ

    @extend_schema(responses={(200, "application/x-ndjson"): OpenApiTypes.OBJECT})
    def get(self, request: Request, slug: str, import_id: int) -> FileResponse:
        """The rows that were left out, one a line: `line`, `reason`, `row`. Kept for a day."""
        path = folder.refused_of(self.row.pk)
        if not self.row.has_ended or not path.exists():
            raise Http404("nothing of it is here (any more)")
        return FileResponse(path.open("rb"), content_type="application/x-ndjson")


def _done(act: Callable[[], Import]) -> Import:
    try:
        return act()
    except InvalidCampaign as error:
        raise serializers.ValidationError([error.sentence]) from error


def _answer(row: Import, code: int = status.HTTP_200_OK) -> Response:
    return Response(ImportSerializer(row).data, status=code, headers={OFFSET: str(row.size)})


def _chunks(stream: Any) -> Any:
    if not hasattr(stream, "read"):
        raise serializers.ValidationError([f"Send the bytes as {BYTES}."])
    while chunk := stream.read(CHUNK):
        yield chunk
