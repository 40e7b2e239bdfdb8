"""Figures of a whole population from a sample of known propensities, with 95 % intervals.

Each unit i has the probability π_i > 0 of being judged by a person (random audit, or 1 where it was
routed), drawn independently; y_i is what the person found.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import betaincinv, ndtri

from oversight.statistics.labels import Floats

QUANTILE = float(ndtri(0.975))


@dataclass(frozen=True)
class Estimate:
    """A mean over the population, its 95 % interval, and how many units it was measured on."""

    value: float
    low: float
    high: float
    sampled: int
    population: int


def horvitz_thompson_mean(outcomes: Floats, propensities: Floats, population: int) -> Estimate:
    """Return Σ y/π / N (Horvitz and Thompson, 1952), unbiased where N is known.

    `outcomes` and `propensities` have shape (sampled,). The variance is that of Poisson sampling,
    Σ (1 − π) y²/π² / N². Prefer `hajek_mean` where y is far from 0: it varies less.
    """
    _check(outcomes, propensities)
    value = float((outcomes / propensities).sum()) / population
    variance = ((1 - propensities) * (outcomes / propensities) ** 2).sum() / population**2
    return _estimate(value, float(variance), len(outcomes), population)


def hajek_mean(outcomes: Floats, propensities: Floats, population: int) -> Estimate:
    """Return Σ y/π / Σ 1/π (Hájek, 1971), the inverse-propensity mean with estimated total.

    Shapes as above. The variance is linearised, Σ (1 − π) ((y − mean)/π)² / (Σ 1/π)², times n/(n−1).
    """
    _check(outcomes, propensities)
    weights = 1 / propensities
    value = float((weights * outcomes).sum() / weights.sum())
    residuals = (weights * (outcomes - value)) ** 2
    variance = float(((1 - propensities) * residuals).sum() / weights.sum() ** 2)
    return _estimate(value, variance * _small_sample(len(outcomes)), len(outcomes), population)


def hajek_share(outcomes: Floats, propensities: Floats, population: int) -> Estimate:
    """Return the Hájek mean of outcomes in {0, 1} with the interval of Korn and Graubard (1998).

    Clopper–Pearson at Kish's effective sample size: it stays honest where all outcomes are alike,
    as in 40 audits without an error, for which `hajek_mean`'s interval has no width.
    """
    mean = hajek_mean(outcomes, propensities, population)
    weights = 1 / propensities
    size = float(weights.sum() ** 2 / (weights**2).sum())
    right, wrong = mean.value * size, (1 - mean.value) * size
    low = float(betaincinv(right, wrong + 1, 0.025)) if right > 0 else 0.0
    high = float(betaincinv(right + 1, wrong, 0.975)) if wrong > 0 else 1.0
    return Estimate(mean.value, low, high, len(outcomes), population)


def difference_mean(
    outcomes: Floats, predicted: Floats, propensities: Floats, predicted_for_all: Floats
) -> Estimate:
    """Return the model-assisted mean: predictions for all, corrected by the judged ones' residuals.

    mean(f) + Σ (y − f)/π / Σ 1/π (Särndal et al., 1992, ch. 6): valid whatever f is, as long as it
    was not fitted to these outcomes, and the narrower the better f foretells y. `outcomes`,
    `predicted` and `propensities` have shape (sampled,), `predicted_for_all` (population,).
    """
    residual = hajek_mean(outcomes - predicted, propensities, len(predicted_for_all))
    shift = float(predicted_for_all.mean())
    return Estimate(
        shift + residual.value,
        shift + residual.low,
        shift + residual.high,
        residual.sampled,
        residual.population,
    )


def _estimate(value: float, variance: float, sampled: int, population: int) -> Estimate:
    half = QUANTILE * float(np.sqrt(variance))
    return Estimate(value, value - half, value + half, sampled, population)


def _small_sample(sampled: int) -> float:
    return sampled / (sampled - 1) if sampled > 1 else 1.0


def _check(outcomes: Floats, propensities: Floats) -> None:
    if len(outcomes) == 0:
        raise ValueError("nothing was sampled")
    if len(outcomes) != len(propensities):
        raise ValueError(f"{len(outcomes)} outcomes, {len(propensities)} propensities")
    if (propensities <= 0).any() or (propensities > 1).any():
        raise ValueError("a propensity lies in (0, 1]")
