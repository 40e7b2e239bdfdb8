"""How often a candidate beats the baseline on held-out queries, by whom it was judged.

Everything is resampled by whole clusters of queries: near-copies of one query are one observation.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from oversight.statistics.labels import Floats

RESAMPLES = 2000
LEAST_CLUSTERS = (
    5  # of fewer a bootstrap draws the same few again and again: its interval is too narrow
)
PRIOR = 1.0  # of each cell of a judge's confusion: Beta(1, 1)


@dataclass(frozen=True)
class PairedScore:
    """How the two versions did on one held-out query: scores in [0, 1], higher is better."""

    cluster: str
    candidate: float
    baseline: float


@dataclass(frozen=True)
class Comparison:
    """Whose answer to one held-out query was preferred: 1 the candidate's, 0 the baseline's, ½ a tie.

    `ai` is None where the judge gave no score, `human` where no person was asked; `propensity` is
    the probability in (0, 1] with which this query came to be audited by people.
    """

    cluster: str
    ai: float | None = None
    human: float | None = None
    propensity: float = 1.0


@dataclass(frozen=True)
class JudgeAudits:
    """A judge against people, as (times it preferred the candidate, pairs audited), of pairs where
    people prefer the candidate (`when_better`) and of pairs where they do not (`when_worse`).

    `when_worse` None: which side is which was drawn by lot, as with responses a and b, so that
    `when_better`, read as (times it agreed, pairs), holds for both sides.
    """

    when_better: tuple[int, int]
    when_worse: tuple[int, int] | None = None

    def draw(self, rng: np.random.Generator, size: int) -> tuple[Floats, Floats]:
        """Draw (p_w, p_l) from their posterior, each of shape (size,)."""
        p_w = _draw_share(rng, self.when_better, size)
        return p_w, 1 - p_w if self.when_worse is None else _draw_share(rng, self.when_worse, size)


@dataclass(frozen=True)
class WinRate:
    """A share with its 95 % interval; `decided` clusters have more wins than losses or fewer."""

    value: float
    low: float
    high: float
    queries: int
    decided: int


def scored_win_rate(scores: Sequence[PairedScore], seed: int) -> WinRate:
    """Return the share of queries where the candidate scores higher; a tie counts half."""
    wins = [(s.candidate > s.baseline) + 0.5 * (s.candidate == s.baseline) for s in scores]
    return _plain(np.array(wins), np.ones(len(wins)), [s.cluster for s in scores], seed)


def human_win_rate(comparisons: Sequence[Comparison], seed: int) -> WinRate | None:
    """Return people's win-rate over all held-out queries, each audit weighted by 1 / propensity.

    None where no comparison was audited.
    """
    audited = [(c.cluster, c.human, 1 / c.propensity) for c in comparisons if c.human is not None]
    if not audited:
        return None
    clusters, wins, weights = zip(*audited, strict=True)
    return _plain(np.array(wins, dtype=np.float64), np.array(weights), clusters, seed)


def corrected_win_rate(
    comparisons: Sequence[Comparison], audits: JudgeAudits, seed: int
) -> WinRate | None:
    """Return what people's win-rate would be, from a judge's and its measured confusion.

    (share − p_l) / (p_w − p_l), after Rogan and Gladen (1978), in [0, 1]. Each resample of the
    clusters draws a confusion from its posterior, so that few audits make the interval wide; where
    the judge drawn is no better than chance, it says nothing: from 0 to 1. None without scores.
    """
    scored = [(c.cluster, c.ai) for c in comparisons if c.ai is not None]
    if not scored:
        return None
    clusters = [cluster for cluster, _ in scored]
    said = np.array([each for _, each in scored], dtype=np.float64)
    rng = np.random.default_rng(seed)
    shares = _resampled(said, np.ones(len(said)), clusters, rng)
    p_w, p_l = audits.draw(rng, RESAMPLES)
    is_telling = p_w > p_l
    rates = np.clip((shares - p_l) / np.where(is_telling, p_w - p_l, 1), 0, 1)
    return WinRate(
        float(np.median(np.where(is_telling, rates, 0.5))),
        float(np.quantile(np.where(is_telling, rates, 0), 0.025)),
        float(np.quantile(np.where(is_telling, rates, 1), 0.975)),
        len(said),
        _decided(said, clusters),
    )


def mean_difference(scores: Sequence[PairedScore], seed: int) -> tuple[float, float, float]:
    """Return the mean of candidate − baseline with its 95 % interval: all that is possible, −1 to 1,
    where they are of fewer than LEAST_CLUSTERS clusters."""
    gaps = np.array([score.candidate - score.baseline for score in scores])
    clusters = [score.cluster for score in scores]
    if len(set(clusters)) < LEAST_CLUSTERS:
        return float(gaps.mean()), -1.0, 1.0
    draws = _resampled(gaps, np.ones(len(gaps)), clusters, np.random.default_rng(seed))
    low, high = np.quantile(draws, [0.025, 0.975])
    return float(gaps.mean()), float(low), float(high)


def _plain(wins: Floats, weights: Floats, clusters: Sequence[str], seed: int) -> WinRate:
    draws = _resampled(wins, weights, clusters, np.random.default_rng(seed))
    low, high = np.quantile(draws, [0.025, 0.975])
    value = float((wins * weights).sum() / weights.sum())
    return WinRate(value, float(low), float(high), len(wins), _decided(wins, clusters))


def _resampled(
    values: Floats, weights: Floats, clusters: Sequence[str], rng: np.random.Generator
) -> Floats:
    """Return the weighted means of RESAMPLES draws of whole clusters, shape (RESAMPLES,)."""
    _, member = np.unique(clusters, return_inverse=True)
    sums, totals = np.bincount(member, values * weights), np.bincount(member, weights)
    draws = rng.integers(0, len(sums), size=(RESAMPLES, len(sums)))
    return np.asarray(sums[draws].sum(axis=1) / totals[draws].sum(axis=1))


def _decided(wins: Floats, clusters: Sequence[str]) -> int:
    _, member = np.unique(clusters, return_inverse=True)
    return int(np.count_nonzero(np.bincount(member, wins - 0.5)))


def _draw_share(rng: np.random.Generator, counts: tuple[int, int], size: int) -> Floats:
    yes, total = counts
    return rng.beta(yes + PRIOR, total - yes + PRIOR, size)
