from django.contrib.auth.models import AbstractUser
from django.db import models


class User(AbstractUser):
    """A person or a simulated annotator. What a simulated one says never counts as human."""

    is_simulated = models.BooleanField(default=False)
