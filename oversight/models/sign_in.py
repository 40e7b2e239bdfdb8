"""Signing in: the tokens of programs, tries that failed, and passwords that were forgotten."""

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q, QuerySet
from django.utils import timezone

from .users import User


class Scope(models.TextChoices):
    """What a token may be used for. One that is added is given to no token that is there."""

    READ = "read", "Read what you may read, exports included"
    DATA_WRITE = "data:write", "Add queries and other data"
    CAMPAIGNS_WRITE = "campaigns:write", "Make campaigns; change settings, principles and models"
    ROUNDS_WRITE = "rounds:write", "Start, retry and end rounds and trainings"
    ANNOTATE = "annotate", "Claim items and answer them in your name"
    PEOPLE_WRITE = "people:write", "Add people to a campaign and remove them"


def every_scope() -> list[str]:
    return list(Scope.values)


class ApiTokenQuerySet(QuerySet["ApiToken"]):
    def valid(self, now: datetime) -> "ApiTokenQuerySet":
        """Those that somebody who may sign in can still use."""
        in_time = Q(expires_at__isnull=True) | Q(expires_at__gt=now)
        return self.filter(in_time, user__is_active=True)


class ApiToken(models.Model):
    """What a program acts with in a person's name, within its scopes. The token itself is kept nowhere.

    It is random and long, so that one round of sha256 is enough. Without a name: it was made before
    tokens had one.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=100, blank=True)
    sha256 = models.CharField(max_length=64, unique=True)
    scopes = ArrayField(models.CharField(max_length=20, choices=Scope.choices), default=every_scope)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, help_text="NULL: never.")
    last_used_at = models.DateTimeField(null=True, help_text="To the minute.")

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "name"], condition=~Q(name=""), name="token_named_once"
            ),
            models.CheckConstraint(condition=~Q(scopes=[]), name="token_has_a_scope"),
        ]

    @property
    def has_expired(self) -> bool:
        return self.expires_at is not None and self.expires_at <= timezone.now()


class SignInTry(models.Model):
    """A try to sign in with a wrong password, or one that is being looked at; kept for its window."""

    name_hash = models.CharField(max_length=64)
    address = models.CharField(max_length=45)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [
            models.Index(fields=["address", "at"], name="sign_in_try_by_address"),
            models.Index(fields=["at"], name="sign_in_try_by_time"),
        ]


class SignedIn(models.Model):
    """Where a person signed in: whose session it is. Without its session it means nothing."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    session_key = models.CharField(max_length=40, unique=True)
    address = models.CharField(max_length=45, help_text="Of the network.")
    browser = models.CharField(max_length=200, blank=True, help_text="As it calls itself.")
    at = models.DateTimeField(default=timezone.now)


class ForgottenPassword(models.Model):
    """Somebody is to be sent a link for a new password; kept until it was sent or is of no use."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    site = models.CharField(max_length=300, help_text="Where the link leads: https://host.")
    at = models.DateTimeField(default=timezone.now)
    due = models.DateTimeField(default=timezone.now, help_text="When it is sent (again).")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user"], name="password_forgotten_once")]
