"""Telling people that something of a review waits for them. The one place that does.

What is told, and how it reaches them, is up to whoever registers to do so.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse

from oversight.models import Campaign, MemberRole, User
from oversight.people.policies.permissions import RUNNING


@dataclass(frozen=True)
class Notice:
    """`what`: "sent_back" or "review_waiting"; `link` is an address of this site."""

    person: User
    campaign: Campaign
    what: str
    words: str
    link: str


_tellers: list[Callable[[Notice], None]] = []


def register_teller(teller: Callable[[Notice], None]) -> None:
    """Have it called with each notice, in the transaction that gives rise to it."""
    if teller not in _tellers:
        _tellers.append(teller)


def tell(notice: Notice) -> None:
    for teller in _tellers:
        teller(notice)


def tell_reviewers(*, campaign: Campaign, count: int) -> None:
    """Tell those who review that items wait; where nobody is reviewer, those who run the campaign."""
    link = reverse("annotate:reviews", args=[campaign.slug])
    words = "1 item waits to be reviewed" if count == 1 else f"{count:,} items wait to be reviewed"
    for person in _reviewers(campaign):
        tell(Notice(person, campaign, "review_waiting", words, link))


def _reviewers(campaign: Campaign) -> list[User]:
    people = User.objects.filter(is_active=True, is_simulated=False)
    here = Q(memberships__campaign=campaign, memberships__paused_at__isnull=True)
    own = people.filter(here, memberships__role=MemberRole.REVIEWER).distinct()
    return list(own) or list(people.filter(here, memberships__role__in=RUNNING).distinct())
