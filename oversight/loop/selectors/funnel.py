"""Where a round's queries went, and why people were asked."""

import re
from collections import Counter
from dataclasses import dataclass

from oversight.asking.selectors.decisions import Decisions
from oversight.models import Preference, Query, Round, RoutingOutcome

MOST_REASONS = 8
FIGURES = re.compile(r"\s*\([^)]*\)")


@dataclass(frozen=True)
class Funnel:
    """`audits` of the `asked` pairs were drawn at random. `reasons`: (why, how many pairs)."""

    queries: int
    pairs: int
    accepted: int
    asked: int
    audits: int
    dropped: int
    preferences: int
    reasons: list[tuple[str, int]]


def funnel(round_: Round, decided: Decisions) -> Funnel:
    return Funnel(
        queries=Query.objects.filter(round=round_).count(),
        pairs=decided.pairs,
        accepted=decided.of(RoutingOutcome.AI),
        asked=decided.of(RoutingOutcome.HUMAN),
        audits=decided.audits,
        dropped=decided.of(RoutingOutcome.DROP),
        preferences=Preference.objects.standing().filter(round=round_).count(),
        reasons=_reasons(decided),
    )


def _reasons(decided: Decisions) -> list[tuple[str, int]]:
    """Count the pairs that were asked about by their first reason, figures of single pairs aside."""
    counts: Counter[str] = Counter()
    for row in decided.rows:
        if row.outcome == RoutingOutcome.HUMAN:
            words = "drawn at random, to audit the critic" if row.is_audit else row.reason
            counts[FIGURES.sub("", words or "not said")] += row.n
    return counts.most_common(MOST_REASONS)
