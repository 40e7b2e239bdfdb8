"""How people judge an item, and how they get in."""

from django.db import models

from oversight.models.bounds import bound_constraints, bounded

from .base import SettingsGroup


class JudgingSettings(SettingsGroup):
    """How people judge an item, and how they get in."""

    key = "judging"
    campaign = models.OneToOneField(
        "oversight.Campaign", models.CASCADE, primary_key=True, related_name="judging"
    )
    annotators_per_item = models.PositiveSmallIntegerField(
        default=1, validators=bounded("annotators_per_item")
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
    is_red_teaming_open = models.BooleanField(
        default=False, help_text="People may talk with the learner and keep what it failed at."
    )

    class Meta:
        constraints = bound_constraints(
            "annotators_per_item",
            "lease_minutes",
            "undo_minutes",
            "qualification_items",
            "qualification_share",
        )
