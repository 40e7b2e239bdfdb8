import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from oversight.statistics.logistic import (
    Penalty,
    choose_strength,
    coefficient_deviations,
    fit_logistic,
)

GRID = (0.1, 1.0, 10.0, 100.0)


def ridge(columns: int, strength: float) -> Penalty:
    return Penalty(np.zeros(columns), np.full(columns, strength))


def sample(coefficients: list[float], rows: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    design = rng.normal(size=(rows, len(coefficients)))
    return design, (rng.random(rows) < 1 / (1 + np.exp(-design @ coefficients))).astype(float)


@pytest.mark.parametrize("strength", [0.01, 1.0, 50.0])
def test_it_is_scikit_learns(strength: float) -> None:
    design, targets = sample([1.0, -2.0, 0.5], 200)
    theirs = LogisticRegression(C=1 / strength, fit_intercept=False, tol=1e-10).fit(design, targets)
    found = fit_logistic(design, targets, ridge(3, strength))
    assert found == pytest.approx(theirs.coef_[0], abs=1e-4)


def test_separable_rows_without_a_penalty_come_to_an_end() -> None:
    fit = fit_logistic(np.array([[1.0], [-1.0]]), np.array([1.0, 0.0]), ridge(1, 0.0))
    assert fit[0] > 5


def test_no_rows_give_the_prior() -> None:
    penalty = Penalty(np.array([2.0]), np.array([0.25]))
    fit = fit_logistic(np.zeros((0, 1)), np.zeros(0), penalty)
    assert fit == pytest.approx([2.0])
    assert coefficient_deviations(np.zeros((0, 1)), penalty, fit) == pytest.approx([2.0])


def test_the_deviations_cover() -> None:
    inside = []
    for seed in range(200):
        design, targets = sample([0.7, -0.3], 400, seed)
        fit = fit_logistic(design, targets, ridge(2, 1e-6))
        deviations = coefficient_deviations(design, ridge(2, 1e-6), fit)
        inside.extend(np.abs(fit - [0.7, -0.3]) < 1.96 * deviations)
    assert 0.92 < np.mean(inside) < 0.98


def test_a_covariate_that_matters_is_penalised_little() -> None:
    design, targets = sample([0.0, 2.0], 500)
    assert choose_strength(design, targets, ridge(2, 1.0), [1], GRID) <= 1.0


def test_one_that_does_not_matter_is_penalised_most() -> None:
    design, targets = sample([0.0] * 6, 200)
    assert choose_strength(design, targets, ridge(6, 1.0), range(1, 6), GRID) == 100.0


def test_a_few_rows_find_nothing() -> None:
    design, targets = sample([0.0, 2.0], 8)
    assert choose_strength(design, targets, ridge(2, 1.0), [1], GRID) == 100.0
