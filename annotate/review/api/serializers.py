"""The shapes in which REST shows reviews and takes what reviewers decide."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers as fields

from annotate.card.forms import LONGEST_RATIONALE
from annotate.models import MoveKind, Review, ReviewMove, ReviewReason, ReviewState
from annotate.review.forms import LONGEST_NOTE
from annotate.review.selectors.comparing import Said
from annotate.work.api.serializers import CHOICES, MAX_ID, CardSerializer
from oversight.people.policies.pseudonyms import pseudonym
from oversight.rest.asking import Filters
from oversight.rest.text import TextField


class ReviewSerializer(fields.ModelSerializer[Review]):
    """A review as the board shows it: nothing of what was answered."""

    reasons = fields.ListField(child=fields.ChoiceField(choices=ReviewReason.choices))
    reviewer = fields.CharField(source="reviewer.username", default=None, allow_null=True)
    is_sent_back = fields.SerializerMethodField(help_text="It waits for somebody to answer again.")

    class Meta:
        model = Review
        fields = [
            *("id", "item_id", "state", "reasons", "is_random", "propensity"),
            *("reviewer", "is_sent_back", "outcome", "created_at"),
        ]

    def get_is_sent_back(self, review: Review) -> bool:
        return review.sent_back_to_id is not None


class MoveSerializer(fields.ModelSerializer[ReviewMove]):
    kind = fields.ChoiceField(choices=MoveKind.choices)
    by = fields.SerializerMethodField(
        help_text="A reviewer by name, an annotator by pseudonym; empty: a rule."
    )

    class Meta:
        model = ReviewMove
        fields = ["kind", "from_state", "to_state", "by", "note", "at"]

    def get_by(self, move: ReviewMove) -> str:
        if move.by is None:
            return ""
        is_annotators = move.kind == MoveKind.ANSWERED_AGAIN
        secret = move.review.campaign.pseudonym_secret
        return pseudonym(secret, f"user:{move.by.pk}") if is_annotators else move.by.username


class SaidSerializer(fields.Serializer[Any]):
    """One standing answer, in the places of one's own card."""

    id = fields.IntegerField(source="judgement.pk", help_text="Of the judgement.")
    annotator = fields.SerializerMethodField(help_text="A pseudonym; empty: no person.")
    words = fields.CharField()
    rationale = fields.CharField(source="judgement.rationale")
    decides = fields.BooleanField(help_text="It has the last word.")
    is_sent_back = fields.BooleanField()

    def get_annotator(self, said: Said) -> str:
        item, user_id = said.judgement.item, said.judgement.user_id
        assert item is not None, "reviews are of items"
        return pseudonym(item.campaign.pseudonym_secret, f"user:{user_id}") if user_id else ""


class ComparedSerializer(fields.Serializer[Any]):
    """`looked_at` goes back with the decision: where an answer has changed since, that is refused."""

    mine = fields.CharField()
    said = SaidSerializer(many=True)
    meaning = fields.CharField(help_text="What follows from the answers as they stand.")
    looked_at = fields.CharField()


class ReviewCardSerializer(CardSerializer):
    """The card without a lease."""

    id = None  # type: ignore[assignment]
    expires_at = None  # type: ignore[assignment]


class ReviewDetailSerializer(ReviewSerializer):
    """With its moves; to who has it the card, and once they have answered, what the others said."""

    moves = MoveSerializer(many=True)
    card = fields.SerializerMethodField()
    compared = fields.SerializerMethodField()

    class Meta(ReviewSerializer.Meta):
        fields = [*ReviewSerializer.Meta.fields, "moves", "card", "compared"]

    @extend_schema_field(ReviewCardSerializer(allow_null=True))
    def get_card(self, review: Review) -> dict[str, Any] | None:
        return self.context.get("card")

    @extend_schema_field(ComparedSerializer(allow_null=True))
    def get_compared(self, review: Review) -> dict[str, Any] | None:
        found = self.context.get("compared")
        return ComparedSerializer(found).data if found else None


class ReviewFilters(Filters):
    state = fields.ChoiceField(choices=ReviewState.choices)
    reason = fields.ChoiceField(choices=ReviewReason.choices)


class AskSerializer(fields.Serializer[Any]):
    note = TextField(max_length=LONGEST_NOTE, required=False, allow_blank=True, default="")


class DecisionSerializer(fields.Serializer[Any]):
    looked_at = fields.CharField(max_length=10_000, help_text="As `compared` has it.")
    note = TextField(max_length=LONGEST_NOTE, required=False, allow_blank=True, default="")


class CorrectSerializer(DecisionSerializer):
    choice = fields.ChoiceField(choices=CHOICES)
    strength = fields.IntegerField(
        required=False, min_value=1, max_value=3, help_text="Of A or B: 1 slightly, 3 clearly; 2."
    )
    rationale = TextField(
        max_length=LONGEST_RATIONALE, required=False, allow_blank=True, default=""
    )


class SendBackSerializer(DecisionSerializer):
    answer = fields.IntegerField(min_value=1, max_value=MAX_ID, help_text="The judgement's id.")
    note = TextField(max_length=LONGEST_NOTE)
