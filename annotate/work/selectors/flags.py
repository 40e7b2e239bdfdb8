"""Flags that wait to be settled, and what follows if they are."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from annotate.campaigns import ANNOTATING_ROLES
from annotate.models import Assignment, AssignmentState, Flag
from annotate.work.policies.flags import if_it_stays
from oversight.models import CampaignMember, ItemState, Response, ReviewItem, User
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
    """Flags that this person may settle and nobody has settled, the oldest first; none of campaigns that
    have ended."""
    return Flag.objects.filter(
        assignment__campaign__in=campaigns_where(user, Permission.SETTLE_FLAGS).not_ended(),
        settled_at__isnull=True,
    ).order_by("created_at")


def count_open_flags(user: User) -> OpenFlags:
    rows = open_flags(user).order_by().values_list("assignment__campaign__slug")
    return OpenFlags(dict(rows.annotate(n=Count("pk"))))


@dataclass(frozen=True)
class Flagged:
    """A flag as it is put before who settles it. `harm` is the query's tag in words, empty without one;
    `responses` stand as the person saw them who raised it; `if_it_stays` says what follows."""

    flag: Flag
    harm: str
    responses: list[tuple[str, Response]]
    if_it_stays: str


def flagged(flags: QuerySet[Flag], most: int) -> list[Flagged]:
    """Return the first so many, with what is shown of each: three queries."""
    item, campaign = "assignment__item", "assignment__campaign"
    responses = [f"{item}__response_{letter}" for letter in "abcd"]
    related = ("assignment__annotator", f"{campaign}__care", f"{item}__query", *responses)
    rows = list(flags.select_related(*related)[:most])
    left = left_to_ask([row.assignment.item for row in rows])
    return [
        Flagged(
            flag=row,
            harm=row.assignment.campaign.care.harm_words(row.assignment.item.query.node),
            responses=_as_seen(row.assignment),
            if_it_stays=words_if_it_stays(row, left[row.assignment.item_id]),
        )
        for row in rows
    ]


def words_if_it_stays(flag: Flag, others: Sequence[str]) -> str:
    item = flag.assignment.item
    return if_it_stays(
        flagger=flag.assignment.annotator.username,
        others=others,
        is_open=item.state == ItemState.OPEN,
        seats_free=item.seats_free,
    )


def left_to_ask(items: Sequence[ReviewItem]) -> dict[int, list[str]]:
    """Return by item who may be given it and never was: members who are not paused. Two queries."""
    had = Assignment.objects.filter(item__in=items).exclude(state=AssignmentState.EXPIRED)
    asked: dict[int, set[int]] = defaultdict(set)
    for item_id, person_id in had.values_list("item_id", "annotator_id"):
        asked[item_id].add(person_id)
    members = CampaignMember.objects.filter(
        campaign__in={item.campaign_id for item in items},
        role__in=ANNOTATING_ROLES,
        paused_at__isnull=True,
        user__is_active=True,
    )
    places = ("campaign_id", "user_id", "user__username")
    people = list(members.order_by("user__username").values_list(*places).distinct())
    return {
        item.pk: [
            name
            for campaign_id, person_id, name in people
            if campaign_id == item.campaign_id and person_id not in asked[item.pk]
        ]
        for item in items
    }


def _as_seen(assignment: Assignment) -> list[tuple[str, Response]]:
    """Return the responses by the letters that the person saw; of what was no comparison as recorded."""
    item, order = assignment.item, assignment.order_shown
    by_letter = {letter: getattr(item, f"response_{letter}") for letter in "abcd"}
    there = [letter for letter, response in by_letter.items() if response]
    seen = order if sorted(order) == there else there
    return [(place, by_letter[letter]) for place, letter in zip("ABCD", seen, strict=False)]
