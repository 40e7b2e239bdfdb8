"""A campaign in which people judge what was brought, and no model learns: what came of it so far."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count

from oversight.campaigns.selectors.tallies import tallies
from oversight.models import Campaign, Choice, ItemState, Judgement, Role
from oversight.pages.selectors.overview import Overview

WORDS = {
    Choice.TIE: "Both alike",
    Choice.BOTH_BAD: "Both bad",
    **{choice: f"{choice.label} is better" for choice in (Choice.A, Choice.B, Choice.C, Choice.D)},
}


@dataclass(frozen=True)
class Asked:
    """`choices`: (what people said of the answers as they were brought, how often), most often first."""

    items: int
    judged: int
    choices: list[tuple[str, int]]


def is_asking_only(campaign: Campaign, overview: Overview) -> bool:
    """Whether there is no learner at work, no round was begun, and people have something to judge."""
    has_rounds = overview.rounds.paginator.count > 0
    return Role.LEARNER in overview.missing_roles and not has_rounds and campaign.items.exists()


def asked(campaign: Campaign) -> Asked:
    states: Counter[str] = Counter()
    for name, n in tallies(campaign, "item").items():
        states[name.rsplit("/", 1)[1]] += n
    said = Judgement.objects.standing().human().filter(item__campaign=campaign)
    counts = said.exclude(choice="").order_by().values_list("choice").annotate(n=Count("pk"))
    return Asked(
        items=states[ItemState.OPEN] + states[ItemState.CLOSED] + states[ItemState.PREPARING],
        judged=states[ItemState.CLOSED],
        choices=[(WORDS[Choice(choice)], n) for choice, n in counts.order_by("-n", "choice")],
    )
