"""A campaign, its constitution and its people."""

import secrets
from datetime import datetime
from typing import Any, cast

from django.db import models, transaction
from django.db.models import Q, QuerySet

from .groups import GROUP_OF, GROUPS, SETTINGS, SettingsGroup, SettingsVersion
from .users import User


class CampaignState(models.TextChoices):
    """Whether people are given items and rounds go on: so, not for now, or never again."""

    ACTIVE = "active", "Active"
    PAUSED = "paused", "Paused"
    FINISHED = "finished", "Finished"
    ARCHIVED = "archived", "Archived"


# When it came to be so; the furthest that is set says the state, and without one it is active.
SINCE = {
    CampaignState.ARCHIVED: "archived_at",
    CampaignState.FINISHED: "finished_at",
    CampaignState.PAUSED: "paused_at",
}


def at_work(path: str = "") -> Q:
    """Return what says that a campaign is active, of rows that have it at `path` ("campaign__")."""
    return Q(**{f"{path}{column}__isnull": True for column in SINCE.values()})


class CampaignQuerySet(QuerySet["Campaign"]):
    def at_work(self) -> "CampaignQuerySet":
        return self.filter(at_work())

    def not_ended(self) -> "CampaignQuerySet":
        """Those that are active or paused."""
        return self.filter(finished_at__isnull=True, archived_at__isnull=True)

    def in_state(self, state: str) -> "CampaignQuerySet":
        if state == CampaignState.ACTIVE:
            return self.at_work()
        rows = self.filter(**{f"{SINCE[CampaignState(state)]}__isnull": False})
        return rows.filter(archived_at__isnull=True) if state == CampaignState.FINISHED else rows

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
    paused_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)
    state_reason = models.CharField(
        max_length=500, blank=True, help_text="Why it is in its state, for those who work in it."
    )

    pictures_added = models.PositiveIntegerField(
        default=0, editable=False, help_text="The last picture's number: none is given twice."
    )
    pseudonym_secret = models.CharField(
        max_length=64,
        default=secrets.token_hex,
        editable=False,
        help_text="What people's names in exports are keyed with. Never shown.",
    )

    objects = CampaignQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(paused_at__isnull=True)
                | Q(finished_at__isnull=True, archived_at__isnull=True),
                name="campaign_paused_or_ended",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def state(self) -> CampaignState:
        reached = (state for state, column in SINCE.items() if getattr(self, column))
        return next(reached, CampaignState.ACTIVE)

    @property
    def state_since(self) -> datetime | None:
        """When it came into its state; None of one that is active."""
        state = self.state
        return None if state == CampaignState.ACTIVE else getattr(self, SINCE[state])

    @property
    def has_ended(self) -> bool:
        """Whether it is only to be read from now on."""
        return self.state in (CampaignState.FINISHED, CampaignState.ARCHIVED)

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
