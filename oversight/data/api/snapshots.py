"""Snapshots over REST: freeze, list, describe, compare, download by hash."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers as fields
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from oversight.data.api.datasets import FILE, dataset_named
from oversight.data.selectors import describing
from oversight.data.selectors.datasets import registered
from oversight.data.selectors.encodings import Encoding
from oversight.data.selectors.frozen import Freeze
from oversight.data.selectors.snapshot_diff import snapshot_difference
from oversight.data.services.snapshot_files import file_name, file_sha256, snapshot_file
from oversight.data.services.snapshots import freeze
from oversight.models import Act, PreferenceKind, Scope, Snapshot, Source
from oversight.people.api import user_of
from oversight.people.api.views import CampaignRows, CampaignView
from oversight.people.policies.permissions import Permission
from oversight.people.services.audit import record_act
from oversight.rest.asking import Filters
from oversight.rest.numbers import NumberField
from oversight.rest.scopes import Access

from .ranges import sent_file
from .streams import READ, ErrorsInJSON

MANY = 1000


class SnapshotSerializer(fields.ModelSerializer[Snapshot]):
    class Meta:
        model = Snapshot
        fields: ClassVar = [
            *("id", "sha256", "hash_version", "name", "note", "licence", "filters"),
            *("train_count", "validation_count", "facts", "created_at"),
        ]


class FreezeSerializer(fields.Serializer[Any]):
    """Which standing preferences to freeze; what is left out asks nothing."""

    name = fields.CharField(max_length=200, required=False, default="", allow_blank=True)
    note = fields.CharField(max_length=10_000, required=False, default="", allow_blank=True)
    licence = fields.CharField(max_length=200, required=False, default="", allow_blank=True)
    sources = fields.ListField(
        child=fields.ChoiceField(choices=Source.choices), required=False, default=list
    )
    kinds = fields.ListField(
        child=fields.ChoiceField(choices=PreferenceKind.choices), required=False, default=list
    )
    nodes = fields.ListField(
        child=fields.CharField(max_length=200), required=False, default=list, max_length=MANY
    )
    least_belief = NumberField(min_value=0, max_value=1, required=False, default=0.0)
    first_round = fields.IntegerField(
        min_value=0, max_value=2**31 - 1, required=False, default=None, allow_null=True
    )
    last_round = fields.IntegerField(
        min_value=0, max_value=2**31 - 1, required=False, default=None, allow_null=True
    )
    since = fields.DateField(required=False, default=None, allow_null=True)
    until = fields.DateField(required=False, default=None, allow_null=True)
    simulated = fields.BooleanField(
        required=False, default=False, help_text="Labels of simulated annotators too."
    )


class DifferenceSerializer(fields.Serializer[Any]):
    counts = fields.DictField(child=fields.IntegerField())
    rows = fields.ListField(child=fields.DictField())


class SnapshotFilters(Filters):
    sha256 = fields.RegexField(r"^[0-9a-f]{64}$", max_length=64)


class SnapshotList(CampaignRows):
    """The campaign's immutable datasets, and the door to make one."""

    access = {**READ, "POST": Access(Scope.DATA_WRITE, Permission.EXPORT_DATA)}
    serializer_class = SnapshotSerializer
    filter_class = SnapshotFilters

    def get_queryset(self) -> QuerySet[Snapshot]:
        return Snapshot.objects.filter(campaign=self.campaign, **self.wanted)

    @extend_schema(
        request=FreezeSerializer, responses={201: SnapshotSerializer, 200: SnapshotSerializer}
    )
    def post(self, request: Request, slug: str) -> HttpResponse:
        """Freeze the standing preferences that are asked for. 409: none of them fits.

        201: made; 200: one of the same content was there already, and is returned as it is.
        """
        values = self.read(FreezeSerializer)
        about = {key: values.pop(key) for key in ("name", "note", "licence")}
        before = set(self.campaign.snapshots.values_list("pk", flat=True))
        snapshot = freeze(
            campaign=self.campaign,
            asked=Freeze(**values),
            created_by=user_of(request),
            is_empty_refused=True,
            **about,
        )
        is_new = snapshot.pk not in before
        return self.show(snapshot, status.HTTP_201_CREATED if is_new else status.HTTP_200_OK)


class OneSnapshot(CampaignView):
    """An address below one snapshot's, which is named by its hash."""

    access = READ
    snapshot: Snapshot

    def enter(self, request: Request) -> None:
        super().enter(request)
        self.snapshot = self.named(self.kwargs["sha256"])

    def named(self, sha256: str) -> Snapshot:
        rows = Snapshot.objects.select_related("campaign")
        return get_object_or_404(rows, campaign=self.campaign, sha256=sha256)


class SnapshotDetail(OneSnapshot):
    serializer_class = SnapshotSerializer

    def get(self, request: Request, slug: str, sha256: str) -> HttpResponse:
        """One snapshot, with what was counted and measured when it was made."""
        return self.show(self.snapshot)


class SnapshotDiff(OneSnapshot):
    @extend_schema(responses=DifferenceSerializer)
    def get(self, request: Request, slug: str, sha256: str, other: str) -> Response:
        """What `other` has that this one has not, and the other way round: counts, and 1,000 rows."""
        found = snapshot_difference(self.snapshot, self.named(other), most_rows=MANY)
        return Response({"counts": found.counts, "rows": found.rows})


class SnapshotAbout(OneSnapshot):
    content_negotiation_class = ErrorsInJSON

    @extend_schema(
        responses={
            (200, "text/markdown"): OpenApiTypes.STR,
            (200, "application/x-bibtex"): OpenApiTypes.STR,
            (200, "application/ld+json"): OpenApiTypes.OBJECT,
        }
    )
    def get(self, request: Request, slug: str, sha256: str, file: str) -> HttpResponse:
        """`README.md`: the dataset card; `citation.bib`; `croissant.json`: for programs."""
        if file == "README.md":
            return HttpResponse(describing.card_of(self.snapshot), content_type="text/markdown")
        if file == "citation.bib":
            cited = describing.citation_of(self.snapshot)
            return HttpResponse(cited, content_type="application/x-bibtex")
        if file == "croissant.json":
            described = _croissant(request, self.snapshot)
            return HttpResponse(described, content_type="application/ld+json")
        raise Http404(f"A snapshot has no {file!r}.")


class SnapshotFile(OneSnapshot):
    content_negotiation_class = ErrorsInJSON

    @extend_schema(responses=FILE)
    def get(self, request: Request, slug: str, sha256: str, file: str) -> HttpResponseBase:
        """Download the snapshot: `preferences.jsonl.gz`, `kto.parquet`, … Its bytes never change.

        `Range`, `If-Range` and `If-None-Match` are kept to.
        """
        dataset, encoding = dataset_named(file)
        if not dataset.of_snapshots:
            raise Http404(f"A snapshot holds preferences, and no {dataset.name}.")
        if request.method == "GET" and _is_begun(request):
            taken = f"{dataset.name}{encoding.ending} of snapshot {sha256[:12]}"
            record_act(Act.DATA_EXPORTED, campaign=self.campaign, file=taken)
        path = snapshot_file(snapshot=self.snapshot, dataset=dataset, encoding=encoding)
        return sent_file(
            request,
            path,
            etag=file_name(self.snapshot, dataset, encoding),
            content_type=encoding.content_type,
            name=f"{slug}-{sha256[:12]}-{dataset.name}{encoding.ending}",
        )


def _is_begun(request: Request) -> bool:
    """Whether a file is asked for from its start: who fetches it in parts takes it once."""
    return request.headers.get("Range", "bytes=0-").startswith("bytes=0-")


def _croissant(request: Request, snapshot: Snapshot) -> str:
    names = [snapshot.campaign.slug, snapshot.sha256]
    path = snapshot_file(
        snapshot=snapshot, dataset=registered()["preferences"], encoding=Encoding()
    )
    return describing.croissant_of(
        snapshot,
        reverse("api-snapshot", args=names, request=request),
        reverse("api-snapshot-file", args=[*names, "preferences.jsonl"], request=request),
        file_sha256(path),
    )
