"""What a campaign's own page shows at one glance."""

from dataclasses import dataclass

from django.core.paginator import Page, Paginator

from oversight.campaigns.selectors.tallies import tallies
from oversight.learning.selectors.updates import (
    WINDOW,
    latest_scheduled,
    new_count,
    reason_to_wait,
)
from oversight.loop.selectors.progress import LabelCounts, judgement_counts
from oversight.loop.selectors.rounds import LiveRound, open_round, rounds_of
from oversight.models import ActiveVersion, Campaign, Role, Round, ScheduledUpdate, Split

ROUNDS_PER_PAGE = 10


@dataclass(frozen=True)
class Overview:
    rounds: "Page[Round]"
    live: LiveRound | None
    active: list[ActiveVersion]
    missing_roles: list[str]
    judgements: LabelCounts
    queries: int
    held_out: int
    unused: int
    new_preferences: int
    are_more_new: bool
    reason_to_wait: str
    scheduled: list[ScheduledUpdate]


def campaign_overview(campaign: Campaign, page: str = "1") -> Overview:
    rounds = Paginator(rounds_of(campaign), ROUNDS_PER_PAGE).get_page(page)
    active = list(ActiveVersion.objects.filter(campaign=campaign).select_related("version"))
    queries = {
        name: n for name, n in tallies(campaign, "query").items() if not name.endswith("/rejected")
    }
    fresh = new_count(campaign)
    return Overview(
        rounds=rounds,
        live=open_round(campaign),
        active=active,
        missing_roles=[role for role in Role.values if role not in {row.role for row in active}],
        judgements=judgement_counts(campaign),
        queries=sum(queries.values()),
        held_out=sum(n for name, n in queries.items() if name.startswith(f"{Split.HELD_OUT}/")),
        unused=queries.get(f"{Split.TRAIN}/unused", 0),
        new_preferences=fresh,
        are_more_new=fresh >= WINDOW,
        reason_to_wait=reason_to_wait(campaign, fresh=fresh, active=active),
        scheduled=list(latest_scheduled(campaign)),
    )
