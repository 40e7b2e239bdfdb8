"""Signing in: the tokens of programs, and tries that failed."""

from django.db import models
from django.utils import timezone

from .users import User


class ApiToken(models.Model):
    """What a program acts with in a person's name. The token itself is kept nowhere.

    It is random and long, so that one round of sha256 is enough.
    """

    user = models.OneToOneField(User, models.CASCADE, related_name="api_token")
    sha256 = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)


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
