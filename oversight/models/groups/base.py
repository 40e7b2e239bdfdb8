"""What every group of settings is: a record of its own beside the campaign."""

from typing import Any, ClassVar

from django.db import models


class SettingsGroup(models.Model):
    """Settings that are changed together. Every campaign has one of each from its making on.

    `key` is the group's name in addresses and files; `campaign` is also its primary key.
    """

    key: ClassVar[str]

    class Meta:
        abstract = True

    @classmethod
    def attribute(cls) -> str:
        """Return the name by which a campaign has its record."""
        related: Any = cls._meta.get_field("campaign").remote_field
        return str(related.related_name)
