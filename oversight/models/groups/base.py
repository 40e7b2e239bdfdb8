"""What every group of settings is: a record of its own beside the campaign."""

from typing import ClassVar

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
        related = cls._meta.get_field("campaign").remote_field
        assert related is not None
        return str(related.related_name)
