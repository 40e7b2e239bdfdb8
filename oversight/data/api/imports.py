"""Files over REST: announced, sent in pieces that can be resumed, described, confirmed, followed."""

from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, serializers, status
from rest_framework.parsers import BaseParser, JSONParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from oversight.data.importers import FORMATS
from oversight.data.importers.formats.columns import ROLES
from oversight.data.services.incoming import deciding, folder, receiving
from oversight.errors import InvalidCampaign, WrongState
from oversight.models import Import, ImportState, Source
from oversight.people.api import get_campaign, user_of
from oversight.people.selectors import ENGINEERS
from oversight.web.paging import ById

from .parsers import BoundedJSONParser
from .queries import Conflict

CHUNK = 2**20
BYTES = "application/octet-stream"
OFFSET = "Upload-Offset"


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
    held_out_share = serializers.FloatField(min_value=0, max_value=0.999, required=False)
    keeps_good = serializers.BooleanField(
        required=False, help_text="Leave bad rows out, instead of importing nothing."
    )


DESCRIBED = ("format", "source", "columns", "held_out_share", "keeps_good")


class ImportList(generics.ListAPIView[Import]):
    """The campaign's imports, and the door to announce one. Admins and engineers may."""

    serializer_class = ImportSerializer
    pagination_class = ById
    parser_classes = [BoundedJSONParser]
    queryset = Import.objects.none()

    def get_queryset(self) -> QuerySet[Import]:
        campaign = get_campaign(self.request, self.kwargs["slug"], ENGINEERS)
        return Import.objects.filter(campaign=campaign)

    @extend_schema(request=NewImportSerializer, responses={201: ImportSerializer})
    def post(self, request: Request, slug: str) -> Response:
        """Announce a file. Send its bytes with PATCH to the import, then confirm it."""
        campaign = get_campaign(request, slug, ENGINEERS)
        given = NewImportSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        row = receiving.begin_import(
            campaign=campaign,
            user=user_of(request),
            file_name=given.validated_data["file_name"],
            expected_size=given.validated_data.get("size"),
        )
        return Response(ImportSerializer(row).data, status=status.HTTP_201_CREATED)


class OneImport(APIView):
    """One import: where it stands, its bytes, its end. Admins and engineers may."""

    parser_classes = [BytesParser, BoundedJSONParser, JSONParser]

    @extend_schema(responses=ImportSerializer)
    def get(self, request: Request, slug: str, import_id: int) -> Response:
        """Say where it stands; the header `Upload-Offset` says how many bytes are here."""
        return _answer(_found(request, slug, import_id))

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
        row = _found(request, slug, import_id)
        offset = request.headers.get(OFFSET, "")
        if not offset.isdecimal():
            raise serializers.ValidationError({OFFSET: ["Say where these bytes begin."]})
        row = _done(
            lambda: receiving.receive(
                import_id=row.pk, offset=int(offset), chunks=_chunks(request.data)
            )
        )
        if row.size == row.expected_size:
            row = _done(lambda: receiving.finish_receiving(import_id=row.pk))
        return _answer(row)

    @extend_schema(responses=ImportSerializer)
    def delete(self, request: Request, slug: str, import_id: int) -> Response:
        """Cancel it: one that is being read stops at its next batch, and nothing of it is kept."""
        row = _found(request, slug, import_id)
        return _answer(_done(lambda: deciding.cancel_import(import_id=row.pk)))


class ConfirmImport(APIView):
    parser_classes = [BoundedJSONParser]

    @extend_schema(request=DescriptionSerializer, responses={202: ImportSerializer})
    def post(self, request: Request, slug: str, import_id: int) -> Response:
        """Say that the file is whole and shall come in. A worker reads it: all of it, or nothing."""
        row = _found(request, slug, import_id)
        given = DescriptionSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        if row.state == ImportState.RECEIVING:
            row = _done(lambda: receiving.finish_receiving(import_id=row.pk))
        known = {name: getattr(row, name) for name in DESCRIBED}
        _done(lambda: deciding.describe_import(import_id=row.pk, **known | given.validated_data))
        row = _done(lambda: deciding.confirm_import(import_id=row.pk))
        return _answer(row, status.HTTP_202_ACCEPTED)


class RefusedRows(APIView):
    @extend_schema(responses={(200, "application/x-ndjson"): OpenApiTypes.OBJECT})
    def get(self, request: Request, slug: str, import_id: int) -> FileResponse:
        """The rows that were left out, one a line: `line`, `reason`, `row`. Kept for a day."""
        row = _found(request, slug, import_id)
        path = folder.refused_of(row.pk)
        if not row.has_ended or not path.exists():
            raise Http404("nothing of it is here (any more)")
        return FileResponse(path.open("rb"), content_type="application/x-ndjson")


def _found(request: Request, slug: str, import_id: int) -> Import:
    campaign = get_campaign(request, slug, ENGINEERS)
    return get_object_or_404(Import.objects.filter(campaign=campaign), pk=import_id)


def _done(act: Any) -> Import:
    try:
        row: Import = act()
    except WrongState as error:
        raise Conflict(str(error)) from error
    except InvalidCampaign as error:
        raise serializers.ValidationError({"detail": [str(error)]}) from error
    return row


def _answer(row: Import, code: int = status.HTTP_200_OK) -> Response:
    return Response(ImportSerializer(row).data, status=code, headers={OFFSET: str(row.size)})


def _chunks(stream: Any) -> Any:
    if not hasattr(stream, "read"):
        raise serializers.ValidationError({"detail": [f"Send the bytes as {BYTES}."]})
    while chunk := stream.read(CHUNK):
        yield chunk
