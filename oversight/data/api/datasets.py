"""Preferences page by page, and the snapshots made of them, over REST."""

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from rest_framework import serializers
from rest_framework.request import Request

from oversight.models import Preference, PreferenceKind, Scope, Snapshot, Source
from oversight.people.api.views import CampaignRows, CampaignView
from oversight.people.selectors import ENGINEERS
from oversight.rest.asking import Filters
from oversight.rest.scopes import Access

READ = {"GET": Access(Scope.READ, ENGINEERS)}


class PreferenceSerializer(serializers.ModelSerializer[Preference]):
    """With ids where the stream has texts."""

    round = serializers.IntegerField(
        source="round.number", default=None, allow_null=True, help_text="Its number."
    )

    class Meta:
        model = Preference
        fields = [
            *("id", "query_id", "chosen_id", "rejected_id", "source", "kind", "judgement_id"),
            *("item_id", "round", "p_w", "p_l", "weight", "created_at"),
        ]


class SnapshotSerializer(serializers.ModelSerializer[Snapshot]):
    class Meta:
        model = Snapshot
        fields = ["id", "sha256", "train_count", "validation_count", "created_at"]


class PreferencePageFilters(Filters):
    source = serializers.ChoiceField(  # type: ignore[assignment]  # a column, not Field.source
        choices=Source.choices
    )
    kind = serializers.ChoiceField(choices=PreferenceKind.choices)
    round = serializers.IntegerField(min_value=1, max_value=2**31 - 1, help_text="Its number.")


class SnapshotFilters(Filters):
    sha256 = serializers.RegexField(r"^[0-9a-f]{64}$", max_length=64)


class PreferencePages(CampaignRows):
    """The preferences that may be trained on, page by page.

    The stream has their texts too, and leaves out what differs in id and time alone.
    """

    access = READ
    serializer_class = PreferenceSerializer
    filter_class = PreferencePageFilters

    def get_queryset(self) -> QuerySet[Preference]:
        wanted = dict(self.wanted)
        if "round" in wanted:
            wanted["round__number"] = wanted.pop("round")
        rows = Preference.objects.filter(campaign=self.campaign, superseded_by__isnull=True)
        return rows.filter(weight__gt=0, **wanted).select_related("round")


class SnapshotList(CampaignRows):
    """The immutable datasets that the campaign's updates were trained on."""

    access = READ
    serializer_class = SnapshotSerializer
    filter_class = SnapshotFilters

    def get_queryset(self) -> QuerySet[Snapshot]:
        return Snapshot.objects.filter(campaign=self.campaign, **self.wanted)


class SnapshotDetail(CampaignView):
    """One dataset."""

    access = READ
    serializer_class = SnapshotSerializer

    def get(self, request: Request, slug: str, snapshot_id: int) -> HttpResponse:
        rows = Snapshot.objects.filter(campaign=self.campaign)
        return self.show(get_object_or_404(rows, pk=snapshot_id))
