"""The shapes in which REST takes answers and gives cards. The card's own forms decide what is right."""

from typing import Any

from rest_framework import serializers as fields

from annotate.card.forms import LONGEST_RATIONALE, RATING_QUESTIONS
from annotate.card.positions import STEP_LABELS
from annotate.models import FlagKind
from oversight.models import CrossOutcome, SeverityLevel, Verdict, WorstFlaw
from oversight.rest.numbers import NumberField

MAX_ID = 2**63 - 1
LETTERS = ["A", "B", "C", "D"]
CARD_KINDS = ["comparison", "steps", "ratings"]
CHOICES = [*LETTERS, "tie", "both_bad"]
MOST_PARTS = 1000
LONGEST = 10_000


class Shape(fields.Serializer[Any]):
    """An object that refuses what it does not know: it would be lost without a word."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict) and (unknown := sorted(set(data) - set(self.fields))):
            known = ", ".join(self.fields)
            raise fields.ValidationError(
                {unknown[0]: [f"There is no such field; there is {known}."]}
            )
        return super().to_internal_value(data)


class PartSerializer(Shape):
    """What a comment says, its place aside."""

    severity = fields.ChoiceField(choices=SeverityLevel.choices)
    category = fields.CharField(required=False, allow_blank=True, max_length=200)
    explanation = fields.CharField(required=False, allow_blank=True, max_length=LONGEST)
    suggested_fix = fields.CharField(
        required=False, allow_blank=True, max_length=LONGEST, trim_whitespace=False
    )


class JudgedCommentSerializer(PartSerializer):
    """What the person says of one comment of a critique: a verdict, a change, or that it goes."""

    id = fields.IntegerField(min_value=1, max_value=MAX_ID)
    verdict = fields.ChoiceField(choices=Verdict.choices, required=False)
    is_deleted = fields.BooleanField(required=False, default=False)
    severity = fields.ChoiceField(choices=SeverityLevel.choices, required=False)


class AddedCommentSerializer(PartSerializer):
    """A comment of one's own; `start` and `end` are characters of the response's text."""

    response = fields.ChoiceField(choices=LETTERS)
    quote = fields.CharField(
        required=False, allow_blank=True, max_length=LONGEST, trim_whitespace=False
    )
    start = fields.IntegerField(required=False, min_value=0, max_value=999_999_999)
    end = fields.IntegerField(required=False, min_value=0, max_value=999_999_999)
    explanation = fields.CharField(max_length=LONGEST)


class ScoreSerializer(Shape):
    response = fields.ChoiceField(choices=LETTERS)
    worst_flaw = fields.ChoiceField(choices=WorstFlaw.choices, required=False)
    overall = fields.IntegerField(required=False, min_value=1, max_value=7)


class RewriteSerializer(Shape):
    response = fields.ChoiceField(choices=LETTERS)
    text = fields.CharField(trim_whitespace=False, max_length=1_000_000)


class RatedSerializer(Shape):
    """Six scores from 1 to 7 of the critique with this letter on the card."""

    critique = fields.ChoiceField(choices=LETTERS)

    def get_fields(self) -> dict[str, Any]:
        questions = {
            name: fields.IntegerField(min_value=1, max_value=7, help_text=question)
            for name, question in RATING_QUESTIONS.items()
        }
        return super().get_fields() | questions


class AnswerSerializer(Shape):
    """An answer. Which fields it needs depends on the kind of card: `choice`, `steps` or `ratings`."""

    submission = fields.UUIDField(
        help_text="Made by the sender, new for each answer: sent again, it is the same answer."
    )
    phase = fields.ChoiceField(
        choices=["blind", "final"],
        default="final",
        help_text="As the card says: blind is the first of two answers, before the critique.",
    )
    choice = fields.ChoiceField(choices=CHOICES, required=False)
    strength = fields.IntegerField(
        required=False, min_value=1, max_value=3, help_text="Of A or B: 1 slightly, 3 clearly; 2."
    )
    rationale = fields.CharField(
        required=False, allow_blank=True, default="", max_length=LONGEST_RATIONALE
    )
    seconds = NumberField(
        required=False, min_value=0, max_value=86_400, help_text="Active time on the card."
    )
    comments = fields.ListField(
        child=JudgedCommentSerializer(), required=False, max_length=MOST_PARTS
    )
    added = fields.ListField(child=AddedCommentSerializer(), required=False, max_length=MOST_PARTS)
    scores = fields.ListField(child=ScoreSerializer(), required=False, max_length=len(LETTERS))
    rewrites = fields.ListField(child=RewriteSerializer(), required=False, max_length=len(LETTERS))
    steps = fields.ListField(
        child=fields.ChoiceField(choices=list(STEP_LABELS)), required=False, max_length=10_000
    )
    ratings = fields.ListField(child=RatedSerializer(), required=False, max_length=len(LETTERS))
    corrects = fields.IntegerField(
        required=False,
        min_value=1,
        max_value=MAX_ID,
        help_text="The id of one's own annotation that this one is to stand in place of.",
    )


class SavedSerializer(fields.Serializer[Any]):
    """Told once it is committed: nothing that happens afterwards loses it."""

    annotation = fields.IntegerField(source="pk")
    judgement = fields.IntegerField(source="judgement_id")
    item = fields.IntegerField(source="assignment.item_id")
    saved_at = fields.DateTimeField(source="created_at")


class SkipSerializer(Shape):
    reason = fields.CharField(required=False, allow_blank=True, default="", max_length=1000)


class FlagSerializer(Shape):
    kind = fields.ChoiceField(choices=FlagKind.choices)
    reason = fields.CharField(max_length=LONGEST)


class CommentSerializer(fields.Serializer[Any]):
    id = fields.IntegerField()
    quote = fields.CharField()
    quote_match = fields.CharField()
    start = fields.IntegerField(allow_null=True)
    end = fields.IntegerField(allow_null=True)
    severity = fields.CharField()
    category = fields.CharField()
    explanation = fields.CharField()
    suggested_fix = fields.CharField()


class CardCritiqueSerializer(fields.Serializer[Any]):
    id = fields.IntegerField()
    critic = fields.CharField(help_text="Tells several critics of one card apart; else empty.")
    summary = fields.CharField()
    verdict = fields.CharField(allow_null=True, help_text="null: it could not be read.")
    comments = CommentSerializer(many=True)


class TextSerializer(fields.Serializer[Any]):
    text = fields.CharField()
    messages = fields.ListField(
        child=fields.DictField(),
        allow_null=True,
        help_text="The turns of a conversation; null where `text` is all of it.",
    )


class PlaceSerializer(fields.Serializer[Any]):
    """Where a critique quotes, in characters of the response, where only that is shown."""

    number = fields.IntegerField()
    start = fields.IntegerField()
    end = fields.IntegerField()
    quote = fields.CharField()


class AskedAgainSerializer(fields.Serializer[Any]):
    """Something that the response says, a question for it in other words, and what the model that gave
    the response answered to that."""

    claim = fields.CharField()
    question = fields.CharField()
    answer = fields.CharField()
    outcome = fields.ChoiceField(
        choices=CrossOutcome.choices, allow_null=True, help_text="Null: nobody could compare them."
    )


class CardResponseSerializer(TextSerializer):
    letter = fields.CharField()
    critiques = CardCritiqueSerializer(many=True)
    places = PlaceSerializer(many=True)
    asked_again = AskedAgainSerializer(many=True)


class StepSerializer(fields.Serializer[Any]):
    number = fields.IntegerField()
    text = fields.CharField()


class RatedCritiqueSerializer(CardCritiqueSerializer):
    letter = fields.CharField()


class CardSerializer(fields.Serializer[Any]):
    id = fields.IntegerField(help_text="Of the assignment.")
    campaign = fields.CharField()
    kind = fields.ChoiceField(choices=CARD_KINDS)
    question = fields.CharField()
    expires_at = fields.DateTimeField()
    phase = fields.ChoiceField(choices=["blind", "final"])
    is_rationale_required = fields.BooleanField()
    asks_flaws = fields.BooleanField(help_text="Each response needs a score with its worst flaw.")
    problem = fields.CharField(help_text="What the critiques to rate should point out.")
    query = TextSerializer()
    responses = CardResponseSerializer(many=True)
    choices = fields.ListField(child=fields.CharField())
    steps = StepSerializer(many=True)
    rated = RatedCritiqueSerializer(many=True)
