"""The shapes in which REST shows rounds."""

from typing import Any

from rest_framework import serializers

from oversight.models import ModelVersion, Round


class RoundSerializer(serializers.ModelSerializer[Round]):
    learner = serializers.StringRelatedField[ModelVersion]()
    attacker = serializers.StringRelatedField[ModelVersion](allow_null=True)
    critic = serializers.StringRelatedField[ModelVersion](allow_null=True)
    cancelled_in = serializers.CharField(
        read_only=True, help_text="The stage at which it was cancelled; empty where it was not."
    )

    class Meta:
        model = Round
        fields = [
            "number",
            "stage",
            "learner",
            "attacker",
            "critic",
            "outcome",
            "cancelled_in",
            "created_at",
            "finished_at",
        ]


class StageProgressSerializer(serializers.Serializer[Any]):
    """Units of work of one stage; in review, the items for people."""

    stage = serializers.CharField()
    state = serializers.ChoiceField(choices=["done", "now", "later", "cancelled"])
    done = serializers.IntegerField()
    total = serializers.IntegerField()
    running = serializers.IntegerField()
    failed = serializers.IntegerField()
    waiting_reasons = serializers.ListField(child=serializers.CharField())
    failed_reasons = serializers.ListField(child=serializers.CharField())


class RoundDetailSerializer(RoundSerializer):
    stages = StageProgressSerializer(many=True, read_only=True)

    class Meta(RoundSerializer.Meta):
        fields = [*RoundSerializer.Meta.fields, "stages"]
