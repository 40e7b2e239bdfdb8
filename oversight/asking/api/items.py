"""What people are asked, over REST. The right answers of gold items are never shown."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from rest_framework import serializers
from rest_framework.request import Request

from oversight.models import ItemKind, ItemState, ReviewItem, Scope
from oversight.people.api.views import CampaignRows, CampaignView
from oversight.people.policies.permissions import Permission
from oversight.rest.asking import Filters
from oversight.rest.ids import IdField
from oversight.rest.scopes import Access

READ = {"GET": Access(Scope.READ, Permission.SEE_ITEMS)}


class ItemSerializer(serializers.ModelSerializer[ReviewItem]):
    round = serializers.IntegerField(
        source="round.number", default=None, allow_null=True, help_text="Its number."
    )
    response_ids = serializers.ListField(
        child=serializers.IntegerField(), read_only=True, help_text="A, B, C, D in the record."
    )

    class Meta:
        model = ReviewItem
        fields = [
            *("id", "kind", "state", "withdrawn_because", "round", "query_id", "response_ids"),
            *("adjudicates_id", "annotators", "seats_free", "priority", "propensity"),
            *("created_at", "closed_at"),
        ]


class ItemFilters(Filters):
    kind = serializers.ChoiceField(choices=ItemKind.choices)
    state = serializers.ChoiceField(choices=ItemState.choices)
    round = serializers.IntegerField(min_value=1, max_value=2**31 - 1, help_text="Its number.")
    query_id = IdField()


class ItemList(CampaignRows):
    """The campaign's questions for people."""

    access = READ
    serializer_class = ItemSerializer
    filter_class = ItemFilters

    def get_queryset(self) -> QuerySet[ReviewItem]:
        wanted: dict[str, Any] = dict(self.wanted)
        if "round" in wanted:
            wanted["round__number"] = wanted.pop("round")
        return items_of(self).filter(**wanted)


class ItemDetail(CampaignView):
    """One question for people."""

    access = READ
    serializer_class = ItemSerializer

    def get(self, request: Request, slug: str, item_id: int) -> HttpResponse:
        return self.show(get_object_or_404(items_of(self), pk=item_id))


def items_of(view: CampaignView) -> QuerySet[ReviewItem]:
    return ReviewItem.objects.filter(campaign=view.campaign).select_related("round")
