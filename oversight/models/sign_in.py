"""How programs sign in: tokens, kept as hashes."""

from django.db import models

from .users import User


class ApiToken(models.Model):
    """What a program acts with in a person's name. The token itself is kept nowhere.

    It is random and long, so that one round of sha256 is enough.
    """

    user = models.OneToOneField(User, models.CASCADE, related_name="api_token")
    sha256 = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
