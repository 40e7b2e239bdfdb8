"""Which answers somebody else looks at again."""

from django.db import models

from oversight.models.bounds import bound_constraints, bounded

from .base import SettingsGroup


class ReviewSettings(SettingsGroup):
    """Which answers somebody else looks at again. As it is made: those that are asked for by hand."""

    key = "review"
    campaign = models.OneToOneField(
        "oversight.Campaign", models.CASCADE, primary_key=True, related_name="review"
    )
    reviews_disagreement = models.BooleanField(
        default=False, help_text="Items of which those who answered did not all say the same."
    )
    reviews_flagged = models.BooleanField(
        default=False, help_text="Items that somebody flagged and that were answered all the same."
    )
    reviews_gold_missed = models.BooleanField(
        default=False, help_text="Items whose right answer is known, where somebody missed it."
    )
    review_share = models.FloatField(
        default=0.0,
        help_text="Share of all answered items, drawn at random.",
        validators=bounded("review_share"),
    )
    review_first = models.PositiveIntegerField(
        default=0,
        help_text="The first so many answers of each new person. 0: none.",
        validators=bounded("review_first"),
    )

    class Meta:
        constraints = bound_constraints("review_share", "review_first")
