"""People who try to make the learner fail, live."""

from django.conf import settings
from django.db import models
from django.db.models import Q, QuerySet
from django.utils import timezone

from oversight.models import Campaign, ModelVersion, Query, Response


class RedTeamChat(models.Model):
    """One conversation of a person with one version of the learner."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="red_team_chats")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="red_team_chats"
    )
    learner = models.ForeignKey(ModelVersion, models.PROTECT, related_name="+")
    critic = models.ForeignKey(ModelVersion, models.PROTECT, null=True, related_name="+")
    started_at = models.DateTimeField(default=timezone.now)


class TurnState(models.TextChoices):
    WAITING = "waiting", "Waiting for the learner"
    ANSWERED = "answered", "Waiting for the critic"
    DONE = "done", "Done"
    FAILED = "failed", "Given up"


class RedTeamTurnQuerySet(QuerySet["RedTeamTurn"]):
    def unfinished(self) -> "RedTeamTurnQuerySet":
        return self.filter(state__in=[TurnState.WAITING, TurnState.ANSWERED])

    def due(self) -> "RedTeamTurnQuerySet":
        """Those that wait for a model and that no worker has, or whose worker died."""
        return self.unfinished().filter(due_at__lte=timezone.now())


class RedTeamTurn(models.Model):
    """What the person said, and what came of it. `due_at` is a lease while a worker has it.

    `query` is the conversation so far as one text. It is used for nothing until the person says
    that the learner failed (`failed_at`).
    """

    chat = models.ForeignKey(RedTeamChat, models.PROTECT, related_name="turns")
    number = models.PositiveSmallIntegerField()
    text = models.TextField()
    query = models.OneToOneField(Query, models.PROTECT, related_name="red_team_turn")
    response = models.OneToOneField(Response, models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=TurnState.choices, default=TurnState.WAITING)
    due_at = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)
    failed_at = models.DateTimeField(null=True, help_text="When the person said: it failed.")

    objects = RedTeamTurnQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["chat", "number"], name="one_turn_per_number")
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=Q(state__in=["waiting", "answered"]),
                name="turn_due",
            )
        ]
