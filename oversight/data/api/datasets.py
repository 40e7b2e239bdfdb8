"""Datasets over REST: which there are, and each as a file in the encoding that its name's ending says."""

from typing import Any

from django.http import Http404
from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers as fields
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from oversight.data.selectors.datasets import Dataset, registered
from oversight.data.selectors.encodings import CONTENT_TYPES, Encoding, encoding_of
from oversight.people.api.views import CampaignView

from .serializers import PreferenceRowSerializer
from .streams import JSON_LINES, READ, DatasetStream, PreferenceFilters

FILE = {(200, kind.partition(";")[0]): OpenApiTypes.BINARY for kind in CONTENT_TYPES.values()}


class DatasetSerializer(fields.Serializer[Any]):
    name = fields.CharField()
    title = fields.CharField()
    about = fields.CharField()
    of_snapshots = fields.BooleanField()
    columns = fields.ListField(child=fields.DictField())
    url = fields.CharField()


class DatasetList(CampaignView):
    """What the campaign can be exported as, with the type of each column."""

    access = READ

    @extend_schema(responses=DatasetSerializer(many=True))
    def get(self, request: Request, slug: str) -> Response:
        return Response([_described(request, slug, each) for each in registered().values()])


class DatasetFile(DatasetStream):
    filter_class = PreferenceFilters

    @extend_schema(responses=FILE)
    def get(self, request: Request, slug: str, file: str) -> HttpResponseBase:
        """Stream a dataset: `preferences.jsonl`, `judgements.csv.gz`, `kto.parquet`, …

        Without an ending it comes as `format` and `compression` say.
        """
        return self.stream(*dataset_named(file))


class PreferenceStream(DatasetStream):
    filter_class = PreferenceFilters

    @extend_schema(responses={(200, JSON_LINES): PreferenceRowSerializer})
    def get(self, request: Request, slug: str) -> HttpResponseBase:
        """The preferences that may be trained on, by id.

        Superseded rows and rows of weight 0 are left out. Rows that differ in their id and time alone
        come once, and every column has one type.
        """
        return self.stream(registered()["preferences"])


class StepLabelStream(DatasetStream):
    @extend_schema(responses={(200, JSON_LINES): OpenApiTypes.OBJECT})
    def get(self, request: Request, slug: str) -> HttpResponseBase:
        """One labelled solution a row, with PRM800K's fields, by id."""
        return self.stream(registered()["process-labels"])


class CritiqueRatingStream(DatasetStream):
    @extend_schema(responses={(200, JSON_LINES): OpenApiTypes.OBJECT})
    def get(self, request: Request, slug: str) -> HttpResponseBase:
        """One rated critique a row, with its text and its six scores, by id of the judgement.

        `comments` is JSON text: a list that may be empty has no one type.
        """
        return self.stream(registered()["critique-ratings"])


def dataset_named(file: str) -> tuple[Dataset, Encoding]:
    """Return the dataset and the encoding that a file's name says. Raises Http404."""
    name, dot, ending = file.partition(".")
    dataset, encoding = registered().get(name), encoding_of(dot + ending) if dot else Encoding()
    if dataset is None or encoding is None:
        raise Http404(f"There is no dataset {file!r}.")
    return dataset, encoding


def _described(request: Request, slug: str, dataset: Dataset) -> dict[str, Any]:
    return {
        "name": dataset.name,
        "title": dataset.title,
        "about": dataset.about,
        "of_snapshots": dataset.of_snapshots,
        "columns": [{"name": each.name, "type": each.type} for each in dataset.columns],
        "url": reverse("api-dataset", args=[slug, f"{dataset.name}.jsonl"], request=request),
    }
