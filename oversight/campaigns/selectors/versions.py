"""What a campaign's settings were, change by change."""

from django.db.models import OuterRef, QuerySet, Subquery

from oversight.models import Campaign
from oversight.models.groups import SettingsVersion


def settings_versions(campaign: Campaign, key: str = "") -> QuerySet[SettingsVersion]:
    """Return versions of one group or of all, the latest first, each with the values `before` it.

    `before` is None in the first version of each group.
    """
    # Not by a window: a filter would leave out what lies before.
    earlier = SettingsVersion.objects.filter(
        campaign=campaign, group=OuterRef("group"), number=OuterRef("number") - 1
    )
    rows = campaign.settings_versions.select_related("made_by").annotate(
        before=Subquery(earlier.values("values"))
    )
    return (rows.filter(group=key) if key else rows).order_by("-made_at", "-pk")


def changes(campaign: Campaign) -> QuerySet[SettingsVersion]:
    """Return versions as above, without those that each campaign begins with."""
    return settings_versions(campaign).filter(number__gt=1)


def changes_since(campaign: Campaign, key: str, number: int) -> QuerySet[SettingsVersion]:
    """Return what was changed in a group after version `number`, the latest first."""
    return settings_versions(campaign, key).filter(number__gt=number)
