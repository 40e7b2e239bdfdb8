"""What a candidate has to show before it is put to work."""

from django.db import models

from oversight.models.bounds import bound_constraints, bounded
from oversight.models.campaign_choices import AtChance

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
    flawed_items = models.PositiveIntegerField(
        default=0,
        db_default=0,
        help_text="Held-out queries on which people judge a flawed answer of the candidate beside one "
        "of the version at work, without being told that both are. The gate refuses a candidate whose "
        "flaws are overlooked more. It needs a checker, and is told apart less where people also "
        "compare other pairs. 0: none.",
        validators=bounded("flawed_items"),
    )
    critic_at_chance = models.CharField(
        max_length=5,
        choices=AtChance.choices,
        default=AtChance.WARN,
        db_default=AtChance.WARN,
        help_text="Before an update: where the answers that the critic likes best are not right more "
        "often than the others, beyond chance, its labels are noise.",
    )

    class Meta:
        constraints = bound_constraints("gate_items", "flawed_items")
