"""What each group of settings was, from the campaign's making on."""

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models


class SettingsVersion(models.Model):
    """All values of one group after one change. Append-only: a trigger refuses all else.

    `number` counts from 1, as the campaign was made; the group's own `number` is the latest one.
    """

    campaign = models.ForeignKey(
        "oversight.Campaign", models.PROTECT, related_name="settings_versions"
    )
    group = models.CharField(max_length=20)
    number = models.PositiveIntegerField()
    values = models.JSONField(encoder=DjangoJSONEncoder)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "group", "number"], name="settings_version_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.group}, version {self.number}"
