"""How a round's pairs were routed, counted in one walk through them: a large round has many."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db.models import Case, Count, F, Q, When

from oversight.models import Round, RoutingOutcome


@dataclass(frozen=True)
class Decided:
    """`n` pairs that were routed alike. `reason` is the first, of pairs that people were asked about."""

    outcome: str
    is_audit: bool
    is_random: bool
    reason: str | None
    n: int


@dataclass(frozen=True)
class Decisions:
    """All of a round's pairs, by how they were routed."""

    rows: Sequence[Decided]

    @property
    def pairs(self) -> int:
        return self._counted(lambda row: True)

    @property
    def audits(self) -> int:
        return self._counted(lambda row: row.is_audit)

    @property
    def random(self) -> int:
        return self._counted(lambda row: row.is_random)

    def of(self, outcome: RoutingOutcome) -> int:
        return self._counted(lambda row: row.outcome == outcome)

    def _counted(self, is_meant: Callable[[Decided], bool]) -> int:
        return sum(row.n for row in self.rows if is_meant(row))


def decisions(round_: Round) -> Decisions:
    reason = Case(When(Q(outcome=RoutingOutcome.HUMAN), then=F("reasons__0")))
    fields = ("outcome", "is_audit", "is_random", "reason")
    rows = round_.decisions.order_by().annotate(reason=reason).values(*fields)
    return Decisions([Decided(**row) for row in rows.annotate(n=Count("pk"))])
