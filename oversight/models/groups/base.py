"""What every group of settings is: a record of its own beside the campaign."""

from typing import ClassVar

from django.db import models


class SettingsGroup(models.Model):
    """Settings that are changed together. Every campaign has one of each from its making on.

    `key` is the group's name in addresses and files; `campaign` is also its primary key. `number` is
    that of the latest `SettingsVersion` of the group: it has the same values.
    """

    key: ClassVar[str]
    number = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True

    @classmethod
    def attribute(cls) -> str:
        """Return the name by which a campaign has its record."""
        # `campaign.rounds` are the rounds themselves.
        return "each_round" if cls.key == "rounds" else cls.key
