"""What people and models go by."""

from django.db import models

from .base import SettingsGroup


class BasicsSettings(SettingsGroup):
    """What people and models go by."""

    key = "basics"
    campaign = models.OneToOneField(
        "oversight.Campaign", models.CASCADE, primary_key=True, related_name="basics"
    )
    guidelines = models.TextField(blank=True, help_text="What annotators and the critic go by.")
    learner_instructions = models.TextField(blank=True)
    attacker_instructions = models.TextField(blank=True)
    taxonomy = models.JSONField(
        default=list, blank=True, help_text="Kinds of query that the attacker aims at."
    )
    checker = models.CharField(
        max_length=30,
        blank=True,
        help_text="Knows which answers are right: for known answers that tell how people do, for the "
        "comparison of versions and for simulated annotators. Attackers and critics never see it.",
    )
