"""When the learner is updated besides at the end of each round."""

from datetime import time

from django.db import models

from oversight.models.bounds import bound_constraints, bounded
from oversight.models.campaign_choices import Schedule

from .base import SettingsGroup


class UpdateSettings(SettingsGroup):
    """When the learner is updated besides at the end of each round."""

    key = "updates"
    campaign = models.OneToOneField(
        "oversight.Campaign", models.CASCADE, primary_key=True, related_name="updates"
    )
    schedule = models.CharField(max_length=12, choices=Schedule.choices, default=Schedule.BY_HAND)
    schedule_preferences = models.PositiveIntegerField(
        default=100, validators=bounded("schedule_preferences")
    )
    schedule_at = models.TimeField(default=time(3, 0))
    schedule_hours = models.PositiveIntegerField(default=24, validators=bounded("schedule_hours"))
    schedule_set_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="When the schedule was last changed."
    )

    class Meta:
        constraints = bound_constraints("schedule_preferences", "schedule_hours")
