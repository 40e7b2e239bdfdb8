"""What a person was told, as far as they may still see it."""

from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet

from oversight.models import Channel, Notification, NotificationChoice, User
from oversight.people.policies.notifications import KINDS
from oversight.people.selectors.roles import campaigns_where


def notifications_of(user: User) -> QuerySet[Notification]:
    """Return what the person was told, the latest first, where they have the permission today."""
    seen = (
        Q(kind=name, campaign__in=campaigns_where(user, kind.permission).values("pk"))
        for name, kind in KINDS.items()
    )
    rows = Notification.objects.filter(reduce(or_, seen), user=user)
    return rows.select_related("campaign").order_by("-pk")


def choices_of(user: User) -> dict[str, str]:
    """Return by which channel the person wants to be told of each kind."""
    chosen = NotificationChoice.objects.filter(user=user).values_list("kind", "channel")
    return {**dict.fromkeys(KINDS, Channel.BELL.value), **dict(chosen)}
