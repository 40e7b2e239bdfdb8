"""Has a version lost something that its score does not tell? Each against the version it came from. Pure.

A learner that is trained on what pleases may say the same to everything, find fewer ways to be right, or
please the critic more while being right less. Each figure is of the same queries as its parent's, where
both answered them, so that harder queries do not look like a loss.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import sqrt
from statistics import mean, stdev

from models_srv.words import words
from oversight.statistics.diversity import (
    distinct_2,
    jackknife_deviation,
    pass_at_k,
    self_bleu,
)
from oversight.statistics.estimators import QUANTILE

FEWEST = 20  # queries: with fewer an interval of a change says nothing


@dataclass(frozen=True)
class Tried:
    """One query's samples: how many there are, and how many of them are right."""

    samples: int
    right: int


@dataclass(frozen=True)
class Answers:
    """What a version said: the greedy answers by held-out query, and how its samples did."""

    held_out: Mapping[int, str] = field(default_factory=dict)
    tried: Sequence[Tried] = ()


@dataclass(frozen=True)
class Watched:
    """A figure of one version; `before` is its parent's on the same queries, with the change's 95 %
    interval. `is_loss`: it changed for the worse beyond chance."""

    value: float
    n: int
    before: float | None = None
    low: float | None = None
    high: float | None = None
    is_loss: bool = False


@dataclass(frozen=True)
class Variety:
    """`distinct` falls and `alike` rises where answers become the same; `length` is in words."""

    distinct: Watched | None
    alike: Watched | None
    length: Watched | None
    pass_first: Watched | None
    pass_many: Watched | None
    many: int = 0

    @property
    def losses(self) -> list[str]:
        named = {
            "its answers are less varied": self.distinct,
            "its answers are more alike": self.alike,
            "its answers are shorter": self.length,
        }
        return _lost(named)

    @property
    def falls(self) -> list[str]:
        """What fell from the queries of its parent's rounds to those of its own, which are others."""
        named = {
            "the first sample is right less often": self.pass_first,
            f"of {self.many} samples one is right less often": self.pass_many,
        }
        return _lost(named)


def _lost(named: Mapping[str, Watched | None]) -> list[str]:
    return [words for words, figure in named.items() if figure and figure.is_loss]


def variety(own: Answers, parent: Answers | None) -> Variety:
    """Compare a version with its parent; without one, or without its answers, nothing is a loss."""
    before = parent or Answers()
    common = sorted(own.held_out.keys() & before.held_out.keys())
    queries = common or sorted(own.held_out)
    mine = [words(own.held_out[pk].casefold()) for pk in queries]
    theirs = [words(before.held_out[pk].casefold()) for pk in common]
    many = min((row.samples for row in (*own.tried, *before.tried)), default=0)
    return Variety(
        distinct=_distinct(mine, theirs),
        alike=_paired(self_bleu(mine), self_bleu(theirs), is_loss_up=True),
        length=_paired([len(text) for text in mine], [len(text) for text in theirs]),
        pass_first=_passed(own.tried, before.tried, 1),
        pass_many=_passed(own.tried, before.tried, many) if many > 1 else None,
        many=many,
    )


def _distinct(mine: Sequence[list[str]], theirs: Sequence[list[str]]) -> Watched | None:
    value, before = distinct_2(mine), distinct_2(theirs)
    if value is None:
        return None
    if before is None or len(theirs) < FEWEST:
        return Watched(value, len(mine), before)

    def change(kept: Sequence[int]) -> float | None:
        new, old = distinct_2([mine[at] for at in kept]), distinct_2([theirs[at] for at in kept])
        return None if new is None or old is None else new - old

    return _changed(value, before, jackknife_deviation(len(mine), change), len(mine))


def _paired(
    mine: Sequence[float], theirs: Sequence[float], *, is_loss_up: bool = False
) -> Watched | None:
    if not mine:
        return None
    if len(theirs) < FEWEST:
        return Watched(mean(mine), len(mine), mean(theirs) if theirs else None)
    gaps = [new - old for new, old in zip(mine, theirs, strict=True)]
    deviation = stdev(gaps) / sqrt(len(gaps))
    return _changed(mean(mine), mean(theirs), deviation, len(mine), is_loss_up=is_loss_up)


def _passed(own: Sequence[Tried], before: Sequence[Tried], k: int) -> Watched | None:
    """The queries of a version's own rounds: others than its parent's, so the two are independent."""
    mine = [pass_at_k(row.samples, row.right, k) for row in own if row.samples >= k]
    theirs = [pass_at_k(row.samples, row.right, k) for row in before if row.samples >= k]
    if not mine:
        return None
    if min(len(mine), len(theirs)) < FEWEST:
        return Watched(mean(mine), len(mine), mean(theirs) if theirs else None)
    deviation = sqrt(stdev(mine) ** 2 / len(mine) + stdev(theirs) ** 2 / len(theirs))
    return _changed(mean(mine), mean(theirs), deviation, len(mine))


def _changed(
    value: float, before: float, deviation: float | None, n: int, *, is_loss_up: bool = False
) -> Watched:
    if deviation is None:
        return Watched(value, n, before)
    change = value - before
    low, high = change - QUANTILE * deviation, change + QUANTILE * deviation
    # Figures that did not change at all have an interval without width.
    return Watched(value, n, before, low, high, is_loss=low > 0 if is_loss_up else high < 0)
