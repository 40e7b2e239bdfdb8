"""The gate: a candidate becomes the active version only where it is better beyond chance."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

MIN_DISTINCT_RATIO = 0.95
RESAMPLES = 2000


@dataclass(frozen=True)
class PairedScore:
    """How the two versions did on one held-out query: scores in [0, 1], higher is better."""

    cluster: str
    candidate: float
    baseline: float


@dataclass(frozen=True)
class GateVerdict:
    is_promoted: bool
    reasons: tuple[str, ...]
    metrics: dict[str, float]


def judge_candidate(
    scores: Sequence[PairedScore],
    *,
    distinct_candidate: float,
    distinct_baseline: float,
    seed: int,
) -> GateVerdict:
    """Compare on held-out queries; a tie counts half. Refuses by default, with reasons in words.

    Promoted where the lower end of the win-rate's 95 % interval (paired bootstrap over clusters) is
    above ½ and distinct-2 keeps MIN_DISTINCT_RATIO of the baseline's.
    """
    if not scores:
        return GateVerdict(False, ("no held-out query could be scored",), {})
    metrics = _metrics(scores, seed)
    metrics |= {
        "distinct_2_candidate": distinct_candidate,
        "distinct_2_baseline": distinct_baseline,
    }
    failures = []
    if metrics["win_rate_low"] <= 0.5:
        failures.append(
            f"not better beyond chance: win-rate {metrics['win_rate']:.3f}, "
            f"95 % interval from {metrics['win_rate_low']:.3f}, must be above 0.500"
        )
    if distinct_candidate < MIN_DISTINCT_RATIO * distinct_baseline:
        failures.append(
            f"less varied: distinct-2 {distinct_candidate:.3f} against {distinct_baseline:.3f}"
        )
    if failures:
        return GateVerdict(False, tuple(failures), metrics)
    better = (
        f"better on held-out queries: {metrics['candidate_score']:.3f} against "
        f"{metrics['baseline_score']:.3f}, win-rate {metrics['win_rate']:.3f} "
        f"({metrics['win_rate_low']:.3f} to {metrics['win_rate_high']:.3f})"
    )
    return GateVerdict(True, (better,), metrics)


def _metrics(scores: Sequence[PairedScore], seed: int) -> dict[str, float]:
    candidate = np.array([score.candidate for score in scores])
    baseline = np.array([score.baseline for score in scores])
    wins = (candidate > baseline) + 0.5 * (candidate == baseline)
    low, high = _clustered_interval(wins, [score.cluster for score in scores], seed)
    return {
        "queries": float(len(scores)),
        "candidate_score": float(candidate.mean()),
        "baseline_score": float(baseline.mean()),
        "win_rate": float(wins.mean()),
        "win_rate_low": low,
        "win_rate_high": high,
    }


def _clustered_interval(
    values: np.ndarray, clusters: Sequence[str], seed: int
) -> tuple[float, float]:
    """Return the 95 % percentile interval of the mean, resampling whole clusters."""
    _, member = np.unique(clusters, return_inverse=True)
    sums = np.bincount(member, weights=values)
    counts = np.bincount(member)
    draws = np.random.default_rng(seed).integers(0, len(sums), size=(RESAMPLES, len(sums)))
    means = sums[draws].sum(axis=1) / counts[draws].sum(axis=1)
    low, high = np.quantile(means, [0.025, 0.975])
    return float(low), float(high)
