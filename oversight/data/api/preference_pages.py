"""Preferences page by page over REST."""

from django.db.models import QuerySet
from rest_framework import serializers

from oversight.models import Preference, PreferenceKind, Source
from oversight.people.api.views import CampaignRows
from oversight.rest.asking import Filters

from .streams import READ


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


class PreferencePageFilters(Filters):
    source = serializers.ChoiceField(  # type: ignore[assignment]  # a column, not Field.source
        choices=Source.choices
    )
    kind = serializers.ChoiceField(choices=PreferenceKind.choices)
    round = serializers.IntegerField(min_value=1, max_value=2**31 - 1, help_text="Its number.")


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
        rows = Preference.objects.standing().filter(campaign=self.campaign, **wanted)
        return rows.select_related("round")
