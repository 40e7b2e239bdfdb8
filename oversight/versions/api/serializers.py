"""The shapes in which REST takes and shows a model version."""

from typing import Any

from rest_framework import serializers

from oversight.models import BackendKind, ModelVersion, Role
from oversight.rest.text import TextField
from oversight.versions.services.loading import backend_choices


class VersionSerializer(serializers.ModelSerializer[ModelVersion]):
    status = serializers.ChoiceField(
        choices=["active", "retired", "candidate", "trying", "refused"], read_only=True
    )
    parent_id = serializers.IntegerField(allow_null=True, read_only=True)
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
            "sha256",
            "parent_id",
            "refused_because",
            "created_at",
        ]

    def get_refused_because(self, version: ModelVersion) -> str:
        trial = getattr(version, "trial", None)
        return trial.outcome if trial else ""


class NewVersionSerializer(serializers.Serializer[Any]):
    """Where a role's model is. What is wrong with it is said by the field."""

    role = serializers.ChoiceField(choices=Role.choices)
    name = TextField(max_length=200, help_text="A name used before gets the next revision.")
    backend = serializers.ChoiceField(choices=BackendKind.choices)
    location = TextField(
        max_length=500, help_text="A folder, a hub id, or a server's base URL ending in /v1."
    )
    served_name = TextField(max_length=200, required=False, default="", allow_blank=True)
    adapter = TextField(max_length=500, required=False, default="", allow_blank=True)
    api_key_env = TextField(max_length=100, required=False, default="", allow_blank=True)
    reason = TextField(max_length=500, required=False, default="", allow_blank=True)

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        fields = super().get_fields()
        # Some are known only once the installed distributions have been asked.
        fields["backend"].choices = backend_choices()  # type: ignore[attr-defined]
        return fields


class WhySerializer(serializers.Serializer[Any]):
    reason = TextField(
        max_length=500,
        required=False,
        default="",
        allow_blank=True,
        help_text="Kept with the history.",
    )
