"""The shapes in which REST takes and shows a campaign's settings, in the groups of its page."""

from typing import Any

from django.db import models
from rest_framework import serializers

from oversight.campaigns.forms.groups import GROUPS
from oversight.campaigns.forms.harm import MAX_CATEGORY_CHARS
from oversight.campaigns.forms.lines import MAX_LINE_CHARS, MAX_LINES
from oversight.campaigns.services.campaigns import check_slug
from oversight.models import AskRule, Campaign, Harm, Principle
from oversight.rest.text import TextField

# Addresses that programs have written down stay good whatever the page calls its groups.
KEYS = {
    "basics": "What it is",
    "rounds": "Each round",
    "routing": "Routing",
    "measuring": "Not led astray",
    "work": "People at work",
    "care": "Care",
    "training": "Training",
    "updates": "Updates without a round",
}
NAMES = {title: [name for name in names if name != "slug"] for title, _, names in GROUPS}


class SettingsSerializer(serializers.ModelSerializer[Campaign]):
    """Every setting. Those that are left out stay as they are."""

    serializer_field_mapping = {
        **serializers.ModelSerializer.serializer_field_mapping,
        models.CharField: TextField,
        models.TextField: TextField,
    }
    taxonomy = serializers.ListField(
        child=TextField(max_length=MAX_LINE_CHARS), max_length=MAX_LINES, required=False
    )
    harm_by_category = serializers.DictField(
        child=serializers.ChoiceField(choices=Harm.choices), required=False
    )
    always_ask = serializers.ListField(
        child=serializers.ChoiceField(choices=AskRule.choices), required=False
    )

    class Meta:
        model = Campaign
        fields = [name for names in NAMES.values() for name in names]

    def validate_taxonomy(self, value: list[str]) -> list[str]:
        return list(dict.fromkeys(value))

    def validate_always_ask(self, value: list[str]) -> list[str]:
        return list(dict.fromkeys(value))

    def validate_harm_by_category(self, value: dict[str, str]) -> dict[str, str]:
        if any(not key.strip() or "\0" in key or len(key) > MAX_CATEGORY_CHARS for key in value):
            words = f"A kind has 1 to {MAX_CATEGORY_CHARS} characters."
            raise serializers.ValidationError(words)
        return value

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        names = ("hidden_share", "blind_first_share")
        shares = [attrs.get(name, getattr(self.instance, name, 0.0)) for name in names]
        if sum(shares) > 1:
            words = "hidden_share and blind_first_share are together at most 1."
            raise serializers.ValidationError({names[1]: [words]})
        return attrs


def group_shape(key: str) -> type[SettingsSerializer]:
    """Return the shape of one group of settings."""
    meta = type("Meta", (SettingsSerializer.Meta,), {"fields": NAMES[KEYS[key]]})
    return type(f"{key.title()}SettingsSerializer", (SettingsSerializer,), {"Meta": meta})


GROUP_SHAPES = {key: group_shape(key) for key in KEYS}
SettingGroupsSerializer = type(
    "SettingGroupsSerializer",
    (serializers.Serializer,),
    {key: shape(source="*", read_only=True) for key, shape in GROUP_SHAPES.items()},
)


class NewCampaignSerializer(SettingsSerializer):
    """Its name and address; settings that are left out are the usual ones."""

    class Meta(SettingsSerializer.Meta):
        fields = ["slug", *SettingsSerializer.Meta.fields]

    def validate_slug(self, value: str) -> str:
        check_slug(value)
        return value


class PrincipleSerializer(serializers.ModelSerializer[Principle]):
    """One version of a rule. Comments cite rules by number."""

    class Meta:
        model = Principle
        fields = ["id", "number", "version", "text", "retired_at"]


class PrincipleTextSerializer(serializers.Serializer[Any]):
    text = TextField(max_length=2000)
