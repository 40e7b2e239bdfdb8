"""Where a round's queries went, and why people were asked."""

import re
from collections import Counter
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q

from oversight.asking.policies.routing import OVER_BUDGET
from oversight.asking.selectors.decisions import Decisions
from oversight.models import (
    ItemKind,
    ItemState,
    Preference,
    Query,
    Round,
    RoutingOutcome,
    Source,
    Stage,
    Withdrawal,
)

MOST_REASONS = 8
BY = {
    Source.PERSON: "from people",
    Source.CRITIC: "taken from the critic",
    Source.SIMULATED: "from simulated annotators",
    Source.CHECKER: "from the checker",
}
WITHDRAWN = {
    Withdrawal.FAULT: "withdrawn since something was wrong with the item",
    Withdrawal.REVIEW_CLOSED: "left when the round went on without the rest",
    Withdrawal.NOT_NEEDED: "not needed any more",
    Withdrawal.BY_HAND: "withdrawn by hand",
}
OTHERS = {
    ItemKind.GOLD: "with a known answer",
    ItemKind.TAMPERED: "with an error put in",
    ItemKind.CRITIQUE_RATING: "to rate critiques",
    ItemKind.ADJUDICATION: "to decide where people were level",
    ItemKind.FLAWED: "with flawed answers of two versions",
}
FIGURES = re.compile(r"\s*\([^)]*\)")


@dataclass(frozen=True)
class AskedItems:
    """What came of a round's items. Of those about its pairs `judged`, `waiting` and the `withdrawn`
    ones, (why, how many), are all; `unpreferred` of the judged ones gave no preference. `others`:
    (what they are, how many) that ask something else and teach nothing of the round's pairs."""

    judged: int
    unpreferred: int
    waiting: int
    withdrawn: list[tuple[str, int]]
    others: list[tuple[str, int]]


@dataclass(frozen=True)
class Funnel:
    """`audits` of the `asked` pairs were asked only since they were drawn at random, `came` is what
    became of these. Of the `queries` some were `unusable` and some `unpaired`, once pairs are made.
    Dropped are the pairs for which people had no time (`over_budget`) and those that promise no
    difference (`alike`). `preferences` are those `by` sources, (words, how many). `reasons`: (why, how
    many pairs)."""

    queries: int
    unusable: int
    unpaired: int
    pairs: int
    accepted: int
    asked: int
    audits: int
    over_budget: int
    alike: int
    preferences: int
    by: list[tuple[str, int]]
    came: AskedItems
    reasons: list[tuple[str, int]]


def funnel(round_: Round, decided: Decisions) -> Funnel:
    standing = Preference.objects.standing().filter(round=round_).order_by()
    by = dict(standing.values_list("source").annotate(n=Count("pk")))
    queries = _queries(round_)
    dropped, over_budget = decided.of(RoutingOutcome.DROP), queries["over_budget"]
    return Funnel(
        queries=queries["all"],
        unusable=queries["rejected"],
        unpaired=_unpaired(round_, queries["all"] - queries["rejected"] - decided.pairs),
        pairs=decided.pairs,
        accepted=decided.of(RoutingOutcome.AI),
        asked=decided.of(RoutingOutcome.HUMAN),
        audits=decided.audits,
        over_budget=over_budget,
        alike=dropped - over_budget,
        preferences=sum(by.values()),
        by=[(words, by[source]) for source, words in BY.items() if source in by],
        came=_what_came(round_),
        reasons=_reasons(decided, has_critic=round_.critic_id is not None),
    )


def _queries(round_: Round) -> dict[str, int]:
    """Count all, those `rejected`, and those whose pair wanted a person and got none."""
    is_over = Q(
        decisions__round=round_,
        decisions__outcome=RoutingOutcome.DROP,
        decisions__reasons__contains=OVER_BUDGET,
    )
    return Query.objects.filter(round=round_).aggregate(
        all=Count("pk", distinct=True),
        rejected=Count("pk", distinct=True, filter=~Q(rejected_reason="")),
        over_budget=Count("decisions", distinct=True, filter=is_over),
    )


def _unpaired(round_: Round, left: int) -> int:
    """Before the pairs are made no query lacks one."""
    order = list(Stage)
    return max(0, left) if order.index(round_.reached) > order.index(Stage.ROUTE) else 0


def _what_came(round_: Round) -> AskedItems:
    preferred = Preference.objects.standing().filter(item=OuterRef("pk"))
    items = round_.items.exclude(state=ItemState.PRACTICE).order_by()
    told = items.annotate(is_other=Q(decision__isnull=True), is_preferred=Exists(preferred))
    fields = ("is_other", "kind", "state", "withdrawn_because", "is_preferred")
    rows = told.values_list(*fields).annotate(n=Count("pk"))
    unpreferred = 0
    states: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    others: Counter[str] = Counter()
    for is_other, kind, state, because, is_preferred, n in rows:
        if is_other:
            others[OTHERS.get(kind, "about other pairs")] += n
            continue
        states[state] += n
        unpreferred += n * (state == ItemState.CLOSED and not is_preferred)
        if state == ItemState.WITHDRAWN:
            reasons[WITHDRAWN.get(because, "withdrawn")] += n
    return AskedItems(
        judged=states[ItemState.CLOSED],
        unpreferred=unpreferred,
        waiting=states[ItemState.OPEN] + states[ItemState.PREPARING],
        withdrawn=_most_first(reasons),
        others=_most_first(others),
    )


def _most_first(counts: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda each: (-each[1], each[0]))


def _reasons(decided: Decisions, *, has_critic: bool) -> list[tuple[str, int]]:
    """Count the pairs that were asked about by their first reason, figures of single pairs aside."""
    drawn = "drawn at random, to audit the critic" if has_critic else "drawn at random"
    counts: Counter[str] = Counter()
    for row in decided.rows:
        if row.outcome == RoutingOutcome.HUMAN:
            words = drawn if row.is_audit else row.reason
            counts[FIGURES.sub("", words or "not said")] += row.n
    return counts.most_common(MOST_REASONS)
