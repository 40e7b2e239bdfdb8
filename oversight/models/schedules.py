"""When an update was due, and what came of it."""

from django.db import models
from django.db.models import Q

from .campaigns import Campaign
from .loop import Round


class ScheduledUpdate(models.Model):
    """One due update: the round that it started, or why it was skipped."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="scheduled_updates")
    due_at = models.DateTimeField()
    round = models.OneToOneField(Round, models.PROTECT, null=True, related_name="scheduled_update")
    reason = models.TextField(help_text="Why it was started or skipped, in words.")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-due_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "due_at"], name="due_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="scheduled_update_says_why"),
        ]
