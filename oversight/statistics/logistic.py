"""Penalised logistic regression on soft targets, with a penalty chosen by cross-validation."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from oversight.statistics.labels import Floats

TOLERANCE = 1e-6
CURVATURE_FLOOR = 1e-9


@dataclass(frozen=True)
class Penalty:
    """A Gaussian prior on the coefficients: their `mean` and `strength` (1 / variance), each of
    shape (columns,). Strength 0 leaves a coefficient free.
    """

    mean: Floats
    strength: Floats


def fit_logistic(
    design: Floats,
    targets: Floats,
    penalty: Penalty,
    *,
    weights: Floats | None = None,
    start: Floats | None = None,
    max_steps: int = 50,
) -> Floats:
    """Return the coefficients of least weighted cross-entropy plus penalty, by Newton's method.

    `design` has shape (rows, columns), `targets` (rows,) lie in [0, 1]. `max_steps` 1 improves
    `start` a little, which is enough inside another iteration.
    """
    weights = np.ones(len(targets)) if weights is None else weights
    at = penalty.mean.copy() if start is None else start
    loss = _loss(design, targets, weights, penalty, at)
    for _ in range(max_steps):
        gradient, curvature = _slopes(design, targets, weights, penalty, at)
        step = np.linalg.solve(curvature, gradient)
        stride = 1.0
        while (
            lower := _loss(design, targets, weights, penalty, at - stride * step)
        ) > loss + 1e-12:
            stride /= 2
            if stride < TOLERANCE:
                break
        else:
            at, loss = at - stride * step, lower
            if np.abs(stride * step).max(initial=0) >= TOLERANCE:
                continue
        break
    return at


def coefficient_deviations(
    design: Floats, penalty: Penalty, at: Floats, *, weights: Floats | None = None
) -> Floats:
    """Return the coefficients' standard deviations under the posterior's Gaussian approximation."""
    weights = np.ones(len(design)) if weights is None else weights
    curvature = _slopes(design, np.zeros(len(design)), weights, penalty, at)[1]
    return np.asarray(np.sqrt(np.maximum(np.linalg.pinv(curvature).diagonal(), 0)))


def choose_strength(
    design: Floats,
    targets: Floats,
    base: Penalty,
    penalised: Sequence[int],
    grid: Sequence[float],
    *,
    folds: int = 5,
    seed: int = 0,
) -> float:
    """Return the strength for the `penalised` columns with the least cross-validated loss.

    Among strengths within one standard error of the best the strongest is taken (Breiman et al.,
    1984): few rows should not find what is not there. With fewer rows than 2 · folds it is the
    strongest of the grid.
    """
    if len(targets) < 2 * folds:
        return max(grid)
    fold = np.random.default_rng(seed).permutation(len(targets)) % folds
    losses = np.array(
        [_held_out(design, targets, _with(base, penalised, each), fold) for each in grid]
    )
    means = losses.mean(axis=1)
    best = int(means.argmin())
    # The paired difference to the best: rows that are hard for all strengths tell nothing.
    spread = (losses - losses[best]).std(axis=1) / np.sqrt(len(targets))
    near = means - means[best] <= spread
    return max(strength for strength, is_near in zip(grid, near, strict=True) if is_near)


def _held_out(design: Floats, targets: Floats, penalty: Penalty, fold: np.ndarray) -> Floats:
    losses = np.zeros(len(targets))
    for each in range(fold.max() + 1):
        out = fold == each
        coefficients = fit_logistic(design[~out], targets[~out], penalty)
        losses[out] = _entropies(design[out] @ coefficients, targets[out])
    return losses


def _with(base: Penalty, columns: Sequence[int], strength: float) -> Penalty:
    changed = base.strength.copy()
    changed[list(columns)] = strength
    return Penalty(base.mean, changed)


def _entropies(logits: Floats, targets: Floats) -> Floats:
    return np.asarray(np.logaddexp(0, logits) - targets * logits)


def _loss(design: Floats, targets: Floats, weights: Floats, penalty: Penalty, at: Floats) -> float:
    fit = float(weights @ _entropies(design @ at, targets))
    return fit + 0.5 * float(penalty.strength @ (at - penalty.mean) ** 2)


def _slopes(
    design: Floats, targets: Floats, weights: Floats, penalty: Penalty, at: Floats
) -> tuple[Floats, Floats]:
    """Return the gradient (columns,) and the Hessian (columns, columns) of the loss."""
    chance = expit(design @ at)
    gradient = design.T @ (weights * (chance - targets)) + penalty.strength * (at - penalty.mean)
    spread = weights * chance * (1 - chance)
    # A trace more than the penalty keeps Newton's step finite where rows leave a direction free.
    ridge = np.diag(penalty.strength + CURVATURE_FLOOR)
    return gradient, (design * spread[:, None]).T @ design + ridge
