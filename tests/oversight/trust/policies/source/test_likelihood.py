import numpy as np
import pytest
from scipy.optimize import check_grad
from scipy.special import expit

from oversight.trust.policies.source.likelihood import SourceColumns, log_likelihood


def draw(pairs: int = 60, audits: int = 20, seed: int = 0) -> tuple[SourceColumns, np.ndarray]:
    """Columns of two skills, three lures and four features, and a point to look at."""
    rng = np.random.default_rng(seed)
    human = np.full(pairs, np.nan)
    human[:audits] = rng.random(audits) < 0.5
    skills = np.column_stack([np.ones(pairs), rng.normal(size=pairs)])
    columns = SourceColumns(
        rng.random(pairs) < 0.5, human, skills, rng.normal(size=(pairs, 3)),
        rng.normal(size=(pairs, 4)),
    )  # fmt: skip
    return columns, rng.normal(size=9)


def test_the_gradient_is_the_slope() -> None:
    columns, at = draw()
    gap = check_grad(
        lambda x: log_likelihood(columns, x)[0], lambda x: log_likelihood(columns, x)[1], at
    )
    assert gap < 1e-4


def test_it_is_the_sum_over_what_people_may_have_said() -> None:
    columns, at = draw(pairs=2, audits=1)
    expected = 0.0
    for row in range(2):
        total = 0.0
        for is_a in (True, False):
            if row == 0 and columns.is_a_human[0] != is_a:
                continue
            side = 1 if is_a else -1
            prefers = expit(side * columns.features[row] @ at[5:])
            agrees = expit(columns.skills[row] @ at[:2] + side * columns.lures[row] @ at[2:5])
            total += prefers * (agrees if columns.is_a_source[row] == is_a else 1 - agrees)
        expected += np.log(total)
    assert log_likelihood(columns, at)[0] == pytest.approx(expected)


def test_far_out_it_stays_finite() -> None:
    columns, at = draw()
    value, gradient = log_likelihood(columns, 1e4 * at)
    assert np.isfinite(value)
    assert np.isfinite(gradient).all()
