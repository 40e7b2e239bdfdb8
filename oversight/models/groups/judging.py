"""How people judge an item, and how they get in."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from oversight.models.bounds import bound_constraints, bounded

from .base import SettingsGroup

MOST_CHARS = 60
MOST_ATTRIBUTES, MOST_VALUES = 5, 50


def check_attributes(value: Any) -> None:
    """Raises ValidationError unless it is {what: [two or more values]}, all of them short."""
    is_table = isinstance(value, dict) and all(isinstance(each, list) for each in value.values())
    if not is_table or len(value) > MOST_ATTRIBUTES:
        raise ValidationError(f"At most {MOST_ATTRIBUTES} questions, each with its answers.")
    for name, answers in value.items():
        if not 2 <= len(answers) <= MOST_VALUES or len(set(answers)) < len(answers):
            raise ValidationError(f"“{name}” needs 2 to {MOST_VALUES} different answers.")
        for text in (name, *answers):
            if not isinstance(text, str) or not text.strip() or len(text) > MOST_CHARS:
                raise ValidationError(f"A question or an answer has 1 to {MOST_CHARS} characters.")


class JudgingSettings(SettingsGroup):
    """How people judge an item, and how they get in."""

    key = "judging"
    campaign = models.OneToOneField(
        "oversight.Campaign", models.CASCADE, primary_key=True, related_name="judging"
    )
    annotators_per_item = models.PositiveSmallIntegerField(
        default=1, validators=bounded("annotators_per_item")
    )
    answers_per_item = models.PositiveSmallIntegerField(
        default=2,
        db_default=2,
        help_text="So many different answers to a query are compared at once, and the best is preferred "
        "to each other one. Rounds with a critic compare two: what a critic is worth is told by pairs.",
        validators=bounded("answers_per_item"),
    )
    lease_minutes = models.PositiveIntegerField(default=30, validators=bounded("lease_minutes"))
    undo_minutes = models.PositiveIntegerField(
        default=5,
        help_text="So long a person may take back what they submitted last.",
        validators=bounded("undo_minutes"),
    )
    is_rationale_required = models.BooleanField(
        default=False, help_text="Nobody submits a preference without saying why."
    )
    asks_flaws = models.BooleanField(
        default=False,
        db_default=False,
        help_text="Nobody submits a comparison without saying how bad the worst true flaw of each "
        "response is. A critic that learns is taught by it: what it finds where people find no flaw "
        "is made up.",
    )
    is_result_shown = models.BooleanField(
        default=False, help_text="After an item whose answer is known, say how the person did."
    )
    is_adjudicated = models.BooleanField(
        default=False,
        help_text="Where those who judged an item are level, somebody else decides.",
    )
    qualification_items = models.PositiveIntegerField(
        default=0,
        help_text="Gold items to be judged first, with feedback. 0: none.",
        validators=bounded("qualification_items"),
    )
    qualification_share = models.FloatField(
        default=0.8,
        help_text="Share of them to be right about.",
        validators=bounded("qualification_share"),
    )
    attributes = models.JSONField(
        default=dict,
        blank=True,
        help_text="What people are asked about themselves: {what: [values]}.",
        validators=[check_attributes],
    )
    spread_over = models.CharField(
        max_length=MOST_CHARS,
        blank=True,
        help_text="Those who judge the same item differ in this: one of the attributes.",
    )
    is_red_teaming_open = models.BooleanField(
        default=False, help_text="People may talk with the learner and keep what it failed at."
    )

    class Meta:
        constraints = bound_constraints(
            "annotators_per_item",
            "answers_per_item",
            "lease_minutes",
            "undo_minutes",
            "qualification_items",
            "qualification_share",
        )

    def clean(self) -> None:
        """Raises ValidationError where seats are spread over what nobody is asked."""
        super().clean()
        if self.spread_over and self.spread_over not in (self.attributes or {}):
            words = f"“{self.spread_over}” is none of what people are asked about themselves."
            raise ValidationError({"spread_over": words})
