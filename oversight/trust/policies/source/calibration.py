"""From what critics say to a probability that can be believed.

The confidence of AI feedback is measured, never stated: several samples or critics, each pair seen
in both orders, the mean of their probabilities, calibrated on pairs that people audited.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import isotonic_regression
from scipy.special import expit, logit

from oversight.statistics.labels import Floats
from oversight.statistics.logistic import Penalty, fit_logistic

RESAMPLES = 1000
EDGE = 1e-6
Calibrator = Callable[[Floats], Floats]


@dataclass(frozen=True)
class Opinion:
    """One sample of one critic: P(the response shown first is better), and whether that was a."""

    p_first_better: float
    is_a_first: bool


def combine_opinions(opinions: Sequence[Opinion]) -> float | None:
    """Return P(a better): the mean over each order, then over the orders; None without opinions.

    A liking for the first place cancels where both orders were sampled, however often each.
    """
    orders = [
        [o.p_first_better if is_a_first else 1 - o.p_first_better for o in opinions
         if o.is_a_first == is_a_first]
        for is_a_first in (True, False)
    ]  # fmt: skip
    means = [float(np.mean(each)) for each in orders if each]
    return float(np.mean(means)) if means else None


def opinions_disagree(opinions: Sequence[Opinion]) -> bool:
    """Whether some opinions prefer a and others b."""
    sides = {(o.p_first_better > 0.5) == o.is_a_first for o in opinions if o.p_first_better != 0.5}
    return len(sides) > 1


def fit_platt(p_a_better: Floats, is_a_human: Floats) -> Calibrator:
    """Return p → σ(intercept + slope · logit p), fitted with Platt's (1999) smoothed targets.

    Both of shape (pairs,). Takes few pairs, but a distortion that has this form.
    """
    positives = float(is_a_human.sum())
    high = (positives + 1) / (positives + 2)
    low = 1 / (len(is_a_human) - positives + 2)
    design = _logits(p_a_better)
    # A faint prior on "as it stands" keeps the fit finite where all are alike.
    prior = Penalty(np.array([0.0, 1.0]), np.array([1e-2, 1e-2]))
    found = fit_logistic(design, np.where(is_a_human > 0.5, high, low), prior)
    return lambda p: np.asarray(expit(_logits(p) @ found))


def fit_isotonic(p_a_better: Floats, is_a_human: Floats) -> Calibrator:
    """Return the best rising step function (Zadrozny and Elkan, 2002), linear between the steps.

    Takes any rising distortion, but some hundred pairs: fewer are better served by `fit_platt`.
    """
    levels, position = np.unique(p_a_better, return_inverse=True)
    counts = np.bincount(position)
    means = np.bincount(position, is_a_human) / counts
    steps = isotonic_regression(means, weights=counts.astype(np.float64)).x
    return lambda p: np.interp(p, levels, steps)


@dataclass(frozen=True)
class Calibration:
    """Expected calibration error and Brier score of P(a better), each with a 95 % interval."""

    pairs: int
    ece: float
    ece_interval: tuple[float, float]
    brier: float
    brier_interval: tuple[float, float]


def measure_calibration(
    p_a_better: Floats, is_a_human: Floats, *, bins: int = 10, seed: int = 0
) -> Calibration:
    """Measure on pairs that no calibrator was fitted to; both arrays have shape (pairs,).

    ECE is over bins of equal width of p (Guo et al., 2017). The Brier score's interval is the
    bootstrap's percentiles. ECE is biased upward in a resample, so that its interval is the basic
    (reflected) one, cut at 0.
    """
    if not len(p_a_better):
        raise ValueError("no pairs to measure calibration on")
    draws = np.random.default_rng(seed).integers(0, len(p_a_better), (RESAMPLES, len(p_a_better)))
    ece = expected_calibration_error(p_a_better, is_a_human, bins)
    eces = [expected_calibration_error(p_a_better[at], is_a_human[at], bins) for at in draws]
    squares = (p_a_better - is_a_human) ** 2
    low, high = np.quantile(eces, [0.025, 0.975])
    return Calibration(
        len(p_a_better),
        ece,
        (float(max(0.0, 2 * ece - high)), float(max(ece, 2 * ece - low))),
        float(squares.mean()),
        _interval(squares[draws].mean(axis=1)),
    )


def expected_calibration_error(p: Floats, outcomes: Floats, bins: int = 10) -> float:
    """Return Σ (share of the bin) · |mean outcome − mean p| over bins of equal width."""
    which = np.minimum((p * bins).astype(np.int64), bins - 1)
    return float(np.abs(np.bincount(which, outcomes - p, minlength=bins)).sum() / len(p))


def _interval(draws: Floats) -> tuple[float, float]:
    low, high = np.quantile(draws, [0.025, 0.975])
    return float(low), float(high)


def _logits(p: Floats) -> Floats:
    return np.column_stack([np.ones(len(p)), logit(np.clip(p, EDGE, 1 - EDGE))])
