"""What a candidate has to show before it is put to work."""

from django.db import models

from oversight.models.bounds import bound_constraints, bounded

from .base import SettingsGroup


class GateSettings(SettingsGroup):
    """What a candidate has to show before it is put to work."""

    key = "gate"
    campaign = models.OneToOneField(
        "oversight.Campaign", models.CASCADE, primary_key=True, related_name="gate"
    )
    gate_items = models.PositiveIntegerField(
        default=0,
        help_text="Held-out queries on which people compare the candidate with the version at work "
        "before the gate decides. From 20 on it goes by their word. 0: none.",
        validators=bounded("gate_items"),
    )

    class Meta:
        constraints = bound_constraints("gate_items")
