"""The shapes in which REST shows rounds."""

from typing import Any

from rest_framework import serializers

from oversight.models import ModelVersion, Role, Round, RoundChange
from oversight.rest.text import ReasonSerializer


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


class RoundChangeSerializer(serializers.ModelSerializer[RoundChange]):
    """A role of the round was given to another version while it was under way."""

    former = serializers.StringRelatedField[ModelVersion]()
    version = serializers.StringRelatedField[ModelVersion](
        allow_null=True, help_text="Null: the round went on without."
    )

    class Meta:
        model = RoundChange
        fields = ["role", "stage", "former", "version", "reason", "created_at"]


class RoundDetailSerializer(RoundSerializer):
    stages = StageProgressSerializer(many=True, read_only=True)
    changes = RoundChangeSerializer(many=True, read_only=True)

    class Meta(RoundSerializer.Meta):
        fields = [*RoundSerializer.Meta.fields, "stages", "changes"]


class RoundMoveSerializer(ReasonSerializer):
    """Which role goes on with which version."""

    role = serializers.ChoiceField(choices=Role.choices)
    version = serializers.IntegerField(
        allow_null=True,
        min_value=1,
        max_value=2**63 - 1,
        help_text="The version's id, of one that is or was at work in the role; null: go on without.",
    )
