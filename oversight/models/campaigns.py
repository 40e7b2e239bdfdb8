"""A campaign, its constitution and its people."""

import secrets
from typing import Any, cast

from django.db import models, transaction
from django.db.models import Q, QuerySet

from .groups import GROUP_OF, GROUPS, SETTINGS, SettingsGroup, SettingsVersion
from .users import User


class CampaignQuerySet(QuerySet["Campaign"]):
    def visible_to(self, user: User) -> "CampaignQuerySet":
        """Campaigns that the person may open: all for superusers, else those they are a member of."""
        if user.is_superuser:
            return self
        return self.filter(members__user=user).distinct()

    @transaction.atomic
    def create(self, *, made_by: User | None = None, **fields: Any) -> "Campaign":
        """Make a campaign with all its groups of settings, each in its first version.

        `fields` may name any of their settings.
        """
        groups = [(group, _taken(fields, group)) for group in GROUPS.values()]
        campaign = super().create(**fields)
        for group, values in groups:
            group(**{**values, "campaign": campaign}).save(force_insert=True)
        SettingsVersion.objects.bulk_create(campaign.version_of(key, made_by) for key in GROUPS)
        return campaign


def _taken(fields: dict[str, Any], group: type[SettingsGroup]) -> dict[str, Any]:
    """Take those of `fields` out that are the group's."""
    names = {field.name for field in group._meta.concrete_fields}
    return {name: fields.pop(name) for name in list(fields) if name in names}


class Campaign(models.Model):
    """One oversight effort: what is asked of whom, by which rules."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=200)
    created_at = models.DateTimeField(auto_now_add=True)
    archived_at = models.DateTimeField(null=True, blank=True)

    pseudonym_secret = models.CharField(
        max_length=64,
        default=secrets.token_hex,
        editable=False,
        help_text="What people's names in exports are keyed with. Never shown.",
    )

    objects = CampaignQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.name

    def settings_of(self, key: str) -> SettingsGroup:
        """Return the group of settings of that key."""
        return cast(SettingsGroup, getattr(self, GROUPS[key].attribute()))

    def record_of(self, name: str) -> models.Model:
        """Return the record that holds a setting."""
        return self if name == "name" else self.settings_of(GROUP_OF[name])

    def setting(self, name: str) -> Any:
        """Return a setting's value, whichever group it is in."""
        return getattr(self.record_of(name), name)

    def values_of(self, key: str) -> dict[str, Any]:
        """Return all settings of a group by their names."""
        return {name: self.setting(name) for name in SETTINGS[key]}

    def version_of(self, key: str, made_by: User | None) -> SettingsVersion:
        """Return the group's version as it is now, not saved."""
        number, values = self.settings_of(key).number, self.values_of(key)
        return SettingsVersion(
            campaign=self, group=key, number=number, values=values, made_by=made_by
        )


class MemberRole(models.TextChoices):
    """What a member is. What each may do: people/policies/permissions.py."""

    OWNER = "owner", "Owner"
    MANAGER = "manager", "Manager"
    REVIEWER = "reviewer", "Reviewer"
    ANNOTATOR = "annotator", "Annotator"
    ENGINEER = "engineer", "Engineer"
    OBSERVER = "observer", "Observer"


class CampaignMember(models.Model):
    """What one person may do in one campaign."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="members")
    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=MemberRole.choices)
    paused_at = models.DateTimeField(
        null=True, blank=True, help_text="Given no new items since; the same in all their roles."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "user", "role"], name="one_role_once")
        ]


class PersonAttribute(models.Model):
    """What a person says of themselves where a campaign asks: a language, a region, what they know.

    It spreads an item's seats over different groups and lets groups be compared. It is never shown
    with a label, and never exported.
    """

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="attributes_said")
    user = models.ForeignKey(User, models.CASCADE, related_name="attributes")
    name = models.CharField(max_length=60)
    value = models.CharField(max_length=60)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "campaign", "name"], name="one_value_of_each_attribute"
            )
        ]


class Principle(models.Model):
    """One versioned rule of the campaign's constitution; comments may cite it by number."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="principles")
    number = models.PositiveIntegerField()
    version = models.PositiveIntegerField(default=1)
    text = models.TextField()
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["number", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "number", "version"], name="principle_version_once"
            ),
            models.UniqueConstraint(
                fields=["campaign", "number"],
                condition=Q(retired_at__isnull=True),
                name="one_current_version_per_principle",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.text}"
