"""Where a round's queries went, and why people were asked."""

import re
from collections import Counter
from dataclasses import dataclass

from django.db.models import Count, Q

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


def funnel(round_: Round) -> Funnel:
    counts = round_.decisions.aggregate(
        pairs=Count("pk"),
        accepted=Count("pk", filter=Q(outcome=RoutingOutcome.AI)),
        asked=Count("pk", filter=Q(outcome=RoutingOutcome.HUMAN)),
        audits=Count("pk", filter=Q(is_audit=True)),
        dropped=Count("pk", filter=Q(outcome=RoutingOutcome.DROP)),
    )
    return Funnel(
        queries=Query.objects.filter(round=round_).count(),
        preferences=Preference.objects.standing().filter(round=round_).count(),
        reasons=_reasons(round_),
        **counts,
    )


def _reasons(round_: Round) -> list[tuple[str, int]]:
    """Count the pairs that were asked about by their first reason, figures of single pairs aside."""
    asked = round_.decisions.filter(outcome=RoutingOutcome.HUMAN).order_by()
    grouped = asked.values_list("is_audit", "reasons__0").annotate(n=Count("pk"))
    counts: Counter[str] = Counter()
    for is_audit, reason, n in grouped:
        words = "drawn at random, to audit the critic" if is_audit else str(reason or "not said")
        counts[FIGURES.sub("", words)] += n
    return counts.most_common(MOST_REASONS)
