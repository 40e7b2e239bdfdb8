"""Flags that wait to be settled."""

from dataclasses import dataclass

from django.db.models import Count, QuerySet

from annotate.models import Flag
from oversight.models import User
from oversight.people.policies.permissions import Permission
from oversight.people.selectors.roles import campaigns_where


@dataclass(frozen=True)
class OpenFlags:
    """How many wait for one person, by the campaign's slug; campaigns without any are left out."""

    by_campaign: dict[str, int]

    @property
    def total(self) -> int:
        return sum(self.by_campaign.values())


def open_flags(user: User) -> QuerySet[Flag]:
    """Flags that this person may settle and nobody has settled, the oldest first."""
    return Flag.objects.filter(
        assignment__campaign__in=campaigns_where(user, Permission.SETTLE_FLAGS),
        settled_at__isnull=True,
    ).order_by("created_at")


def count_open_flags(user: User) -> OpenFlags:
    rows = open_flags(user).order_by().values_list("assignment__campaign__slug")
    return OpenFlags(dict(rows.annotate(n=Count("pk"))))
