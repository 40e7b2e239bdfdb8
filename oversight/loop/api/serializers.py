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


class ShareSerializer(serializers.Serializer[Any]):
    """A share with its 95 % Wilson interval; null where nothing was counted."""

    successes = serializers.IntegerField()
    count = serializers.IntegerField()
    value = serializers.FloatField(allow_null=True)
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)


class WrittenAnewSerializer(serializers.Serializer[Any]):
    """What came of answers that the learner wrote anew with a critique in hand."""

    written = serializers.IntegerField()
    unchanged = serializers.IntegerField(help_text="Came out as they were: judged as any other.")
    unanswered = serializers.IntegerField(help_text="The model gave no answer.")
    checker = serializers.CharField(help_text="By whose truth the next four are; empty: none.")
    fixed = ShareSerializer(help_text="Right now, of those that were wrong, by the checker.")
    broken = ShareSerializer(help_text="Wrong now, of those that were right, by the checker.")
    right = ShareSerializer(help_text="Right now, of all of them, by the checker.")
    best_right = ShareSerializer(
        help_text="Right, of the answers to the same queries that the critic found best at first."
    )
    judged_by = serializers.CharField(help_text="person or simulated.")
    preferred = ShareSerializer(
        help_text="The new answer is preferred, of the pairs drawn at random with a preference."
    )
    neither = serializers.IntegerField(help_text="Pairs drawn at random without a preference.")


class FoundFlawedSerializer(serializers.Serializer[Any]):
    """Flawed ones among the answers that contradict themselves, and among the others."""

    contradicted = ShareSerializer()
    others = ShareSerializer()


class CrossExaminedSerializer(serializers.Serializer[Any]):
    """What came of answers whose claims were asked for again in other words."""

    examined = serializers.IntegerField(help_text="Answers of which it can be told.")
    contradicted = ShareSerializer(help_text="They contradict themselves at least once.")
    untold = serializers.IntegerField(help_text="Answers of which it cannot be told.")
    by_people = FoundFlawedSerializer(
        help_text="By people, who saw the contradictions unless critiques were hidden from them."
    )
    checker = serializers.CharField(help_text="By whose truth the next is; empty: none.")
    by_checker = FoundFlawedSerializer()
    left_out = serializers.ListField(
        child=serializers.CharField(), help_text="Why the round went on without some of it."
    )


class UnusedSerializer(serializers.Serializer[Any]):
    """How many are not used for the same reason."""

    why = serializers.CharField()
    count = serializers.IntegerField()


class ErrorsPutInSerializer(serializers.Serializer[Any]):
    """What came of asking the attacker to put errors into right answers."""

    asked = serializers.IntegerField(help_text="Answers that it was asked about.")
    used = serializers.IntegerField(help_text="Answers that are used with its error.")
    unused = UnusedSerializer(many=True)


class RoundDetailSerializer(RoundSerializer):
    stages = StageProgressSerializer(many=True, read_only=True)
    errors_put_in = ErrorsPutInSerializer(
        allow_null=True, read_only=True, help_text="Null where no model was asked to put any in."
    )
    written_anew = WrittenAnewSerializer(
        allow_null=True, read_only=True, help_text="Null where no answer was written anew."
    )
    cross_examined = CrossExaminedSerializer(
        allow_null=True, read_only=True, help_text="Null where no answer was to be examined."
    )
    changes = RoundChangeSerializer(many=True, read_only=True)

    class Meta(RoundSerializer.Meta):
        fields = [
            *RoundSerializer.Meta.fields,
            *("stages", "changes", "errors_put_in", "written_anew", "cross_examined"),
        ]


class RoundMoveSerializer(ReasonSerializer):
    """Which role goes on with which version."""

    role = serializers.ChoiceField(choices=Role.choices)
    version = serializers.IntegerField(
        allow_null=True,
        min_value=1,
        max_value=2**63 - 1,
        help_text="The version's id, of one that is or was at work in the role; null: go on without.",
    )
