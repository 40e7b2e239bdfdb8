"""A model of what people prefer, learned from their labels alone, and what it says of the pairs."""

from django.db import models
from django.db.models import Q

from .asking import RoutingDecision
from .campaigns import Campaign
from .feedback import Source
from .learning import RunState
from .loop import Round
from .versions import ModelVersion


class RewardModel(models.Model):
    """A policy trained for one round on people's preferences. It answers nobody and is not kept:
    only its margins are. `state` is succeeded or failed; a round without one may go on."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="reward_models")
    round = models.OneToOneField(Round, models.PROTECT, related_name="reward_model")
    parent = models.ForeignKey(ModelVersion, models.PROTECT, related_name="+")
    judged_by = models.CharField(
        max_length=10, choices=Source.choices, help_text="Whose preferences it was trained on."
    )
    labels = models.PositiveIntegerField(help_text="How many of them.")
    state = models.CharField(max_length=10, choices=RunState.choices)
    reason = models.TextField(blank=True)
    folder = models.CharField(max_length=500)
    settings = models.JSONField(default=dict)
    result = models.JSONField(default=dict, help_text="What the training says of itself.")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="succeeded") | (Q(state="failed") & ~Q(reason="")),
                name="reward_model_succeeded_or_says_why",
            )
        ]


class RewardMargin(models.Model):
    """log π(a) − log π(b) in nats of a decision's two responses; NULL where they did not fit."""

    reward_model = models.ForeignKey(RewardModel, models.CASCADE, related_name="margins")
    decision = models.ForeignKey(RoutingDecision, models.PROTECT, related_name="+")
    value = models.FloatField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["reward_model", "decision"], name="one_margin_per_decision"
            )
        ]
