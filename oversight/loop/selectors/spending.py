"""What a round's or a campaign's models have read and written, and what that cost."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet, Sum

from oversight.models import Campaign, ModelVersion, Round, TokenUse

MILLION = 1_000_000


@dataclass(frozen=True)
class VersionUse:
    """One version's tokens; `cost` is None where its prices are not given.

    `untold` of its `answers` are in none of the figures: their server does not say.
    """

    version: ModelVersion
    answers: int
    untold: int
    read: int
    written: int

    @property
    def cost(self) -> Decimal | None:
        prices = (self.version.price_in, self.version.price_out)
        if prices == (None, None):
            return None
        of_read, of_written = (Decimal(0) if price is None else price for price in prices)
        return (of_read * self.read + of_written * self.written) / MILLION


@dataclass(frozen=True)
class Spending:
    """By version, the role's name first. `cost` adds up what has a price; None where nothing has."""

    rows: tuple[VersionUse, ...]

    @property
    def cost(self) -> Decimal | None:
        return _added(row.cost for row in self.rows)

    @property
    def read(self) -> int:
        return sum(row.read for row in self.rows)

    @property
    def written(self) -> int:
        return sum(row.written for row in self.rows)


def spending(round_: Round) -> Spending:
    """Return what a round has cost so far."""
    return _spending(TokenUse.objects.filter(round=round_))


def campaign_spending(campaign: Campaign) -> Spending:
    """Return what all rounds of a campaign have cost."""
    return _spending(TokenUse.objects.filter(round__campaign=campaign))


def _spending(uses: QuerySet[TokenUse]) -> Spending:
    """Two statements, however many units there were."""
    sums = uses.order_by().values_list("version")
    rows = sums.annotate(
        Sum("answers"), Sum("untold"), Sum("prompt_tokens"), Sum("completion_tokens")
    )
    by_version = {version_id: figures for version_id, *figures in rows}
    versions = ModelVersion.objects.filter(pk__in=by_version).order_by("role", "name", "revision")
    return Spending(tuple(VersionUse(version, *by_version[version.pk]) for version in versions))


def _added(costs: Iterable[Decimal | None]) -> Decimal | None:
    known = [cost for cost in costs if cost is not None]
    return sum(known, Decimal(0)) if known else None
