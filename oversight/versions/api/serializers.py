"""The shape in which REST shows a model version."""

from rest_framework import serializers

from oversight.models import ModelVersion


class VersionSerializer(serializers.ModelSerializer[ModelVersion]):
    status = serializers.ChoiceField(
        choices=["active", "retired", "candidate", "trying", "refused"], read_only=True
    )
    parent_id = serializers.IntegerField(allow_null=True, read_only=True)

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
            "created_at",
        ]
