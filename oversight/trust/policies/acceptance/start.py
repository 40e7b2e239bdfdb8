"""Where the walk of selective acceptance begins: chosen before any label is seen."""

from collections.abc import Sequence

import numpy as np
from scipy.special import bdtr, bdtrik, expit, logit

from oversight.statistics.labels import Bools, Floats, Ints

# Judges are mostly surer than they are right. The walk should begin well whether the stated
# log-odds are true, half as large or a quarter.
BELIEVED_SHARES = (1.0, 0.5, 0.25)
SMALLEST_ERROR = (
    0.25  # of α: people slip and call ties, so that no judge is as good as it can state
)
REHEARSALS = 200
EDGE = 1e-6


def choose_start(
    confidence: Floats, thresholds: Sequence[float], *, alpha: float, delta: float
) -> float | None:
    """Return the threshold to begin at, None where even a spotless set would be too small to pass.

    The walk is rehearsed with errors drawn from the judge's stated confidences, believed in part
    (BELIEVED_SHARES), and the start that accepts most on average is taken: a small first set fails
    by one unlucky error, a large one because it reaches where the judge is bad. `confidence` has
    shape (pairs,), `thresholds` fall. No label is looked at, so that every test has the full δ.
    """
    sizes = np.array([np.count_nonzero(confidence >= each) for each in thresholds])
    allowed = _allowed_errors(sizes, alpha, delta)
    if not (allowed >= 0).any():
        return None
    least = SMALLEST_ERROR * alpha
    stated = [_stated_errors(confidence, thresholds, share) for share in BELIEVED_SHARES]
    rehearsed = [_rehearse(sizes, allowed, np.maximum(each, least)) for each in stated]
    accepted = np.sum(rehearsed, axis=0)
    if not accepted.any():
        # An underconfident judge states too many errors for any start. Hope for half of what may be.
        accepted = _rehearse(sizes, allowed, np.full(len(sizes), alpha / 2))
    return thresholds[int(np.argmax(np.where(allowed >= 0, accepted, -1)))]


def _allowed_errors(sizes: Ints, alpha: float, delta: float) -> Ints:
    """Return with how many errors a set still passes, −1 where even none is too many, (thresholds,)."""
    spotless_passes = bdtr(0, sizes, alpha) <= delta
    return np.array(
        [
            int(bdtrik(delta, size, alpha)) if each else -1
            for size, each in zip(sizes, spotless_passes, strict=True)
        ]
    )


def _stated_errors(confidence: Floats, thresholds: Sequence[float], share: float) -> Floats:
    """Return the mean error stated between each threshold and the one before, (thresholds,)."""
    in_band = _bands(confidence, thresholds)
    error = expit(-share * logit(np.clip(confidence, EDGE, 1 - EDGE)))
    return np.array([error[each].mean() if each.any() else 0.0 for each in in_band])


def _bands(confidence: Floats, thresholds: Sequence[float]) -> list[Bools]:
    above = [np.inf, *thresholds[:-1]]
    return [
        (confidence >= low) & (confidence < high)
        for low, high in zip(thresholds, above, strict=True)
    ]


def _rehearse(sizes: Ints, allowed: Ints, errors: Floats) -> Floats:
    """Return the mean number of pairs accepted by a walk from each threshold, (thresholds,)."""
    rng = np.random.default_rng(0)
    drawn = rng.binomial(np.diff(sizes, prepend=0), errors, (REHEARSALS, len(sizes)))
    passes = drawn.cumsum(axis=1) <= allowed
    accepted = np.zeros((REHEARSALS, len(sizes) + 1))
    for at in reversed(range(len(sizes))):
        accepted[:, at] = np.where(passes[:, at], np.maximum(accepted[:, at + 1], sizes[at]), 0)
    return np.asarray(accepted[:, :-1].mean(axis=0))
