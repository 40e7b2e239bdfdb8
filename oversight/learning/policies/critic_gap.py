"""Does the critic tell a better answer from a worse one? Pure.

A critic that cannot tell right from wrong among a learner's own answers has nothing to teach it: what is
trained on its word is noise. (The generation–verification gap: Song et al., *Mind the Gap*, 2024.)
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import mean

from oversight.learning.policies.win_rates import PairedScore, mean_difference
from oversight.statistics.intervals import clopper_pearson


@dataclass(frozen=True)
class Sample:
    """One answer: how flawed the critic finds it, in [0, 1], and whether it is right."""

    p_flawed: float
    is_right: float


@dataclass(frozen=True)
class Asked:
    """A query's answers, two or more."""

    cluster: str
    samples: Sequence[Sample]


@dataclass(frozen=True)
class CriticGap:
    """How much better the critic's choice is than a choice by lot, with its 95 % interval.

    By the checker: `chosen` is the share right of the answers that it likes best, `by_lot` of all, of
    `n` queries. By people: `chosen` is the share of `n` pairs in which it prefers what they do.
    """

    by: str
    value: float
    low: float
    high: float
    chosen: float
    by_lot: float
    n: int

    @property
    def holds_chance(self) -> bool:
        return self.low <= 0


def gap_by_truth(asked: Sequence[Asked], seed: int) -> CriticGap | None:
    """Return best-of-k by the critic less the mean of the k, resampled by clusters of queries.

    Where it likes several best, each of them is taken as often. None without a query.
    """
    if not asked:
        return None
    pairs = [
        PairedScore(each.cluster, _best(each.samples), _by_lot(each.samples)) for each in asked
    ]
    value, low, high = mean_difference(pairs, seed)
    return CriticGap(
        by="checker",
        value=value,
        low=low,
        high=high,
        chosen=mean(pair.candidate for pair in pairs),
        by_lot=mean(pair.baseline for pair in pairs),
        n=len(pairs),
    )


def gap_by_people(agreed: int, pairs: int) -> CriticGap | None:
    """Return how far above a half the critic agrees with people on pairs that reached them by lot."""
    if not pairs:
        return None
    low, high = clopper_pearson(agreed, pairs)
    share = agreed / pairs
    return CriticGap("people", share - 0.5, low - 0.5, high - 0.5, share, 0.5, pairs)


def gap_words(kept: Mapping[str, object]) -> str:
    """Return what was measured before an update, in words; "" where nothing was."""
    if not kept:
        return ""
    gap = CriticGap(**kept)  # type: ignore[arg-type]  # as it was written
    if gap.by == "checker":
        said = (
            f"Of {gap.n:,} queries with several answers, the one that the critic likes best is right in "
            f"{gap.chosen:.0%}, one taken by lot in {gap.by_lot:.0%}"
        )
    else:
        said = (
            f"On {gap.n:,} pairs the critic prefers what people do in {gap.chosen:.0%}, by lot 50%"
        )
    points = [f"{100 * each:.1f}" for each in (gap.value, gap.low, gap.high)]
    return f"{said}: {points[0]} points better (95 % interval {points[1]} to {points[2]})."


def _best(samples: Sequence[Sample]) -> float:
    least = min(sample.p_flawed for sample in samples)
    return mean(sample.is_right for sample in samples if sample.p_flawed == least)


def _by_lot(samples: Sequence[Sample]) -> float:
    return mean(sample.is_right for sample in samples)
