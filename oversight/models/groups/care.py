"""What people are spared."""

from django.db import models

from oversight.models.bounds import bound_constraints, bounded
from oversight.models.campaign_choices import Harm

from .base import SettingsGroup


class CareSettings(SettingsGroup):
    """What people are spared."""

    key = "care"
    campaign = models.OneToOneField(
        "oversight.Campaign", models.CASCADE, primary_key=True, related_name="care"
    )
    content_warning = models.TextField(
        blank=True, help_text="Nobody is shown an item before they have agreed to this."
    )
    harm_by_category = models.JSONField(
        default=dict,
        blank=True,
        help_text="Kinds of query that are hard to bear: mild, moderate, severe.",
    )
    exposure_budget = models.PositiveIntegerField(
        null=True,
        blank=True,
        help_text="Most items of such kinds for one person a day.",
        validators=bounded("exposure_budget"),
    )
    break_minutes = models.PositiveIntegerField(
        default=0,
        help_text="After so much active work a break is due. 0: never.",
        validators=bounded("break_minutes"),
    )

    class Meta:
        constraints = bound_constraints("exposure_budget", "break_minutes")

    def harm_words(self, category: str) -> str:
        """Return the category's tag in words, empty where it has none."""
        tag = self.harm_by_category.get(category, "")
        return str(Harm(tag).label) if tag in Harm.values else ""
