"""People. Their sign-in names are theirs whatever the case or the form of the letters."""

from typing import Any

from django.contrib.auth.models import AbstractUser, UserManager
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import QuerySet

from oversight.policies.names import name_key, refusal_of


class PeopleManager(UserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> "User":
        """Return whose name this is: written so, else in any case or form."""
        return self.named(username or "").get()

    def named(self, username: str) -> "QuerySet[User]":
        """Return the one person of this name, or none.

        Two of an older installation may differ in case alone: each is found by their exact name.
        """
        exact = self.filter(username=username)
        return exact if exact.exists() else self.filter(name_key=name_key(username))


class NameKeyField(models.CharField):  # type: ignore[type-arg]
    """The key of the row's `username`, kept by the field itself: no way of saving goes past it."""

    def pre_save(self, model_instance: models.Model, add: bool) -> str | None:
        user: Any = model_instance
        key: str | None = name_key(user.username)
        if not add and user.name_key is None:
            # One of two that an older installation let in: it has a key once it is the only one.
            others = User.objects.filter(name_key=key).exclude(pk=user.pk)
            key = None if others.exists() else key
        user.name_key = key
        return key


class User(AbstractUser):
    """A person or a simulated annotator. What a simulated one says never counts as human."""

    unread = 0  # notifications, as far as the query of the session counted them

    is_simulated = models.BooleanField(default=False)
    # Longer than a name: casefolding makes two letters of some.
    name_key = NameKeyField(max_length=600, unique=True, null=True, editable=False)

    objects = PeopleManager()  # type: ignore[misc]

    def clean(self) -> None:
        """Raises ValidationError where somebody has the name in other letters, or nobody may."""
        super().clean()
        # A form leaves out what was no name at all.
        key = name_key(self.username or "")
        is_as_it_was = User.objects.filter(pk=self.pk, username=self.username).exists()
        if self.username and not is_as_it_was and (why := refusal_of(self.username)):
            raise ValidationError({"username": why})
        if not is_as_it_was and User.objects.filter(name_key=key).exclude(pk=self.pk).exists():
            raise ValidationError({"username": "Somebody has this name already, or one like it."})
