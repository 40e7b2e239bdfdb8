"""The shapes in which REST takes and shows a model version."""

import json
from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from oversight.models import BackendKind, Delivery, ModelVersion, Role
from oversight.rest.text import TextField
from oversight.versions.policies.options import OBJECTS
from oversight.versions.services.loading import backend_choices

NEW_BACKENDS = [choice for choice in BackendKind.choices if choice[0] != BackendKind.RECORDED]


class OptionsSerializer(serializers.Serializer[Any]):
    """How a model is asked; what is left out is as usual."""

    concurrency = serializers.IntegerField(
        required=False, help_text="The most requests at once at its server."
    )
    timeout_seconds = serializers.FloatField(required=False)
    max_length = serializers.IntegerField(
        required=False, help_text="In process: the longest question with its answer, in tokens."
    )
    chat_template_kwargs = serializers.DictField(
        required=False, help_text="What its chat template is given beside the turns."
    )
    merge_system = serializers.BooleanField(
        required=False, help_text="Instructions at the head of the first message."
    )
    reasoning = serializers.BooleanField(
        required=False, allow_null=True, help_text="Whether it thinks first; null: as it has it."
    )
    structured = serializers.BooleanField(
        required=False, help_text="Critiques as JSON by a schema."
    )
    sends_seed = serializers.BooleanField(required=False)
    sleeps_in_training = serializers.BooleanField(
        required=False, help_text="Its server sleeps while a model is trained on the same GPU."
    )
    extra_body = serializers.DictField(
        required=False, help_text="Sent with every request as it stands."
    )

    def to_representation(self, kept: Any) -> dict[str, Any]:
        """Show what a version keeps: objects are kept as their text."""
        return {
            name: json.loads(value) if name in OBJECTS else value for name, value in kept.items()
        }


class DeliverySerializer(serializers.ModelSerializer[Delivery]):
    """How a version that is loaded at run time comes to its servers."""

    class Meta:
        model = Delivery
        fields = ["state", "outcome", "waits_for", "evidence", "proven_at"]
        read_only_fields = fields


class VersionSerializer(serializers.ModelSerializer[ModelVersion]):
    status = serializers.ChoiceField(
        choices=["active", "retired", "candidate", "trying", "refused"], read_only=True
    )
    parent_id = serializers.IntegerField(allow_null=True, read_only=True)
    options = OptionsSerializer(read_only=True)
    delivery = serializers.SerializerMethodField()
    refused_because = serializers.SerializerMethodField(
        help_text="Why it was not put to work; empty where it was, or is being tried."
    )

    class Meta:
        model = ModelVersion
        fields = [
            "id",
            "role",
            "name",
            "revision",
            "status",
            "backend",
            "served_name",
            "sha256",
            "options",
            "price_in",
            "price_out",
            "delivery",
            "parent_id",
            "refused_because",
            "created_at",
        ]

    @extend_schema_field(DeliverySerializer(allow_null=True))
    def get_delivery(self, version: ModelVersion) -> dict[str, Any] | None:
        delivery = getattr(version, "delivery", None)
        return dict(DeliverySerializer(delivery).data) if delivery else None

    def get_refused_because(self, version: ModelVersion) -> str:
        trial = getattr(version, "trial", None)
        return trial.outcome if trial else ""


class ModelPlaceSerializer(serializers.Serializer[Any]):
    """Where a model is and how it is asked. What is wrong with it is said by the field."""

    name = TextField(max_length=200, help_text="A name used before gets the next revision.")
    backend = serializers.ChoiceField(choices=NEW_BACKENDS)
    location = TextField(
        max_length=500, help_text="A folder, a hub id, or a server's base URL ending in /v1."
    )
    served_name = TextField(max_length=200, required=False, default="", allow_blank=True)
    adapter = TextField(max_length=500, required=False, default="", allow_blank=True)
    api_key_env = TextField(max_length=100, required=False, default="", allow_blank=True)
    weights = TextField(
        max_length=500,
        required=False,
        default="",
        allow_blank=True,
        help_text="Of a server's model: the folder or hub id of the base that it serves.",
    )
    replicas = serializers.ListField(
        child=TextField(max_length=500),
        required=False,
        max_length=64,
        help_text="Other servers' base URLs that serve the same.",
    )
    control_key_env = TextField(max_length=100, required=False, default="", allow_blank=True)
    price_in = serializers.DecimalField(
        max_digits=12,
        decimal_places=4,
        required=False,
        allow_null=True,
        min_value=0,
        help_text="Of a million tokens read.",
    )
    price_out = serializers.DecimalField(
        max_digits=12,
        decimal_places=4,
        required=False,
        allow_null=True,
        min_value=0,
        help_text="Of a million tokens written.",
    )
    options = OptionsSerializer(required=False)
    reason = TextField(max_length=500, required=False, default="", allow_blank=True)

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        fields = super().get_fields()
        # Some are known only once the installed distributions have been asked.
        fields["backend"].choices = backend_choices()  # type: ignore[attr-defined]
        return fields


class NewVersionSerializer(ModelPlaceSerializer):
    """Where a role's model is and how it is asked."""

    role = serializers.ChoiceField(choices=Role.choices)


def as_form(wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was sent as the page's own form has it: one rule for both doors."""
    options = dict(wanted.get("options", {}))
    sent = {name: value for name, value in wanted.items() if name != "options"}
    sent["replicas"] = "\n".join(wanted.get("replicas", []))
    for name in OBJECTS:
        options[name] = json.dumps(options.get(name, {}))
    options["no_seed"] = not options.pop("sends_seed", True)
    options["reasoning"] = {True: "yes", False: "no"}.get(options.pop("reasoning", None), "")
    return sent | options


class WhySerializer(serializers.Serializer[Any]):
    reason = TextField(
        max_length=500,
        required=False,
        default="",
        allow_blank=True,
        help_text="Kept with the history.",
    )
