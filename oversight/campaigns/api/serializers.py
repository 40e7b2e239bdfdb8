"""The shapes in which REST takes and shows a campaign's settings, in the groups of its page."""

import re
from datetime import time
from typing import Any

from django.db import models
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from models_srv.domains.registry import domains, why_missing
from oversight.campaigns.forms.groups import PAGES
from oversight.campaigns.forms.harm import MAX_CATEGORY_CHARS
from oversight.campaigns.forms.lines import MAX_LINE_CHARS, MAX_LINES
from oversight.campaigns.policies.templates import TEMPLATES
from oversight.campaigns.services.campaigns import MOST_PRINCIPLE_CHARS, check_slug
from oversight.models import AskRule, Campaign, Harm, Principle, User
from oversight.models.groups import GROUPS, SettingsGroup
from oversight.people.policies.permissions import Permission
from oversight.people.selectors.roles import campaigns_where
from oversight.rest.numbers import NumberField
from oversight.rest.text import TextField

TIME_OF_DAY = re.compile(r"[0-9]{2}:[0-9]{2}(:[0-9]{2})?", re.ASCII)


@extend_schema_field({"type": "string", "pattern": "^[0-9]{2}:[0-9]{2}(:[0-9]{2})?$"})
class TimeOfDayField(serializers.TimeField):
    """A time of day where the installation is: OpenAPI's own `time` has an offset. What would be read
    as another time than it says is refused.
    """

    def to_internal_value(self, value: Any) -> time:
        if isinstance(value, str) and not TIME_OF_DAY.fullmatch(value):
            raise serializers.ValidationError("A time of day is HH:MM or HH:MM:SS, with no zone.")
        return super().to_internal_value(value)


class SettingsSerializer(serializers.ModelSerializer[SettingsGroup]):
    """Settings of one group. Those that are left out stay as they are."""

    serializer_field_mapping = {
        **serializers.ModelSerializer.serializer_field_mapping,
        models.CharField: TextField,
        models.TextField: TextField,
        models.FloatField: NumberField,
    }
    taxonomy = serializers.ListField(
        child=TextField(max_length=MAX_LINE_CHARS), max_length=MAX_LINES, required=False
    )
    harm_by_category = serializers.DictField(
        child=serializers.ChoiceField(choices=Harm.choices), required=False
    )
    attributes = serializers.DictField(
        child=serializers.ListField(child=TextField(max_length=60)), required=False
    )
    always_ask = serializers.ListField(
        child=serializers.ChoiceField(choices=AskRule.choices), required=False
    )

    schedule_at = TimeOfDayField(format="%H:%M", required=False)

    def validate_taxonomy(self, value: list[str]) -> list[str]:
        return list(dict.fromkeys(value))

    def validate_checker(self, value: str) -> str:
        is_as_it_was = value == getattr(self.instance, "checker", "")
        if value and not is_as_it_was and (why := why_missing(value)):
            there_are = ", ".join(domains())
            raise serializers.ValidationError(f"“{value}” {why}. There are: {there_are}.")
        return value

    def validate_always_ask(self, value: list[str]) -> list[str]:
        return list(dict.fromkeys(value))

    def validate_harm_by_category(self, value: dict[str, str]) -> dict[str, str]:
        if any(not key.strip() or "\0" in key or len(key) > MAX_CATEGORY_CHARS for key in value):
            words = f"A kind has 1 to {MAX_CATEGORY_CHARS} characters."
            raise serializers.ValidationError(words)
        return value

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return check_shares(attrs, self.instance)


def check_shares(attrs: dict[str, Any], before: object = None) -> dict[str, Any]:
    """Raises ValidationError where the arms other than the usual one take more than all items."""
    names = ("hidden_share", "blind_first_share", "evidence_share")
    shares = [attrs.get(name, getattr(before, name, 0.0)) for name in names]
    if sum(shares) > 1:
        words = "hidden_share, blind_first_share and evidence_share are together at most 1."
        raise serializers.ValidationError({names[1]: [words]})
    return attrs


class BasicsSerializer(SettingsSerializer):
    """With the name, which is on the campaign itself."""

    name = TextField(max_length=200, source="campaign.name")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        name = attrs.pop("campaign", {})
        return super().validate({**attrs, **name})


def group_shape(key: str) -> type[SettingsSerializer]:
    """Return the shape of one group of settings."""
    base = BasicsSerializer if key == "basics" else SettingsSerializer
    meta = type("Meta", (), {"model": GROUPS[key], "fields": PAGES[key].names})
    return type(f"{key.title()}SettingsSerializer", (base,), {"Meta": meta})


def _source(key: str) -> dict[str, Any]:
    """Say where the campaign has its group, unless it is where the framework looks by itself."""
    attribute = GROUPS[key].attribute()
    return {} if attribute == key else {"source": attribute}


GROUP_SHAPES = {key: group_shape(key) for key in GROUPS}
SettingGroupsSerializer = type(
    "SettingGroupsSerializer",
    (serializers.Serializer,),
    {key: shape(read_only=True, **_source(key)) for key, shape in GROUP_SHAPES.items()},
)


class NewCampaignSerializer(SettingsSerializer):
    """Its name and address; settings of any group that are left out are the template's, or the usual
    ones.
    """

    template = serializers.ChoiceField(choices=list(TEMPLATES), required=False)
    like = serializers.SlugRelatedField(
        slug_field="slug",
        queryset=Campaign.objects.none(),
        required=False,
        help_text="The address of a campaign whose settings and principles are taken, and none of its "
        "data or people. It goes before `template`.",
    )

    class Meta:
        model = Campaign
        fields = ["slug", "name", "template", "like"]

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        fields = super().get_fields()
        if (request := self.context.get("request")) and isinstance(request.user, User):
            like: Any = fields["like"]
            like.queryset = campaigns_where(request.user, Permission.CHANGE_SETTINGS)
        for shape in GROUP_SHAPES.values():
            fields |= {
                name: field for name, field in shape().get_fields().items() if name != "name"
            }
        return fields

    def validate_slug(self, value: str) -> str:
        check_slug(value)
        return value


class PrincipleSerializer(serializers.ModelSerializer[Principle]):
    """One version of a rule. Comments cite rules by number."""

    class Meta:
        model = Principle
        fields = ["id", "number", "version", "text", "retired_at"]


class PrincipleTextSerializer(serializers.Serializer[Any]):
    text = TextField(max_length=MOST_PRINCIPLE_CHARS)
