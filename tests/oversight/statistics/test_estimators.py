from collections.abc import Callable

import numpy as np
import pytest

from oversight.statistics.estimators import (
    Estimate,
    difference_mean,
    hajek_mean,
    hajek_share,
    horvitz_thompson_mean,
)

POPULATION, DRAWS = 2000, 2000
Estimator = Callable[[np.ndarray, np.ndarray, np.ndarray, np.ndarray], Estimate]


def hajek(y: np.ndarray, f: np.ndarray, pi: np.ndarray, at: np.ndarray) -> Estimate:
    return hajek_mean(y[at], pi[at], len(y))


def horvitz_thompson(y: np.ndarray, f: np.ndarray, pi: np.ndarray, at: np.ndarray) -> Estimate:
    return horvitz_thompson_mean(y[at], pi[at], len(y))


def difference(y: np.ndarray, f: np.ndarray, pi: np.ndarray, at: np.ndarray) -> Estimate:
    return difference_mean(y[at], f[at], pi[at], f)


def population(seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Right or wrong, a judge's probability of it, and a propensity that rises with doubt."""
    rng = np.random.default_rng(seed)
    chance = rng.beta(3, 1.5, POPULATION)
    y = (rng.random(POPULATION) < chance).astype(float)
    return y, chance, np.clip(0.1 + 0.8 * (1 - chance), 0.1, 1)


@pytest.mark.parametrize("estimator", [hajek, horvitz_thompson, difference])
def test_the_interval_covers_as_often_as_it_says(estimator: Estimator) -> None:
    y, f, pi = population()
    rng = np.random.default_rng(1)
    found = [estimator(y, f, pi, rng.random(POPULATION) < pi) for _ in range(DRAWS)]
    covered = np.mean([each.low <= y.mean() <= each.high for each in found])
    assert 0.93 <= covered <= 0.97
    assert np.mean([each.value for each in found]) == pytest.approx(y.mean(), abs=0.003)


def test_the_interval_of_a_share_covers_rare_outcomes_too() -> None:
    rng = np.random.default_rng(6)
    pi = rng.choice([0.05, 0.3], POPULATION)
    y = (rng.random(POPULATION) < 0.02).astype(float)
    covered = []
    for _ in range(500):
        at = rng.random(POPULATION) < pi
        found = hajek_share(y[at], pi[at], POPULATION)
        covered.append(found.low <= y.mean() <= found.high)
    assert np.mean(covered) >= 0.93


def test_audits_without_an_error_leave_doubt() -> None:
    found = hajek_share(np.zeros(40), np.full(40, 0.1), 400)
    assert (found.value, found.low) == (0, 0)
    assert found.high == pytest.approx(1 - 0.025 ** (1 / 40))


def test_a_plain_mean_of_what_was_judged_would_mislead() -> None:
    y, f, pi = population()
    at = np.random.default_rng(2).random(POPULATION) < pi
    assert abs(y[at].mean() - y.mean()) > 0.05
    assert abs(hajek(y, f, pi, at).value - y.mean()) < 0.05


def test_a_good_prediction_narrows_the_interval() -> None:
    y, _, pi = population()
    at = np.random.default_rng(3).random(POPULATION) < pi
    nearly = np.clip(y + np.random.default_rng(4).normal(0, 0.1, POPULATION), 0, 1)
    with_help, without = difference(y, nearly, pi, at), hajek(y, nearly, pi, at)
    assert with_help.high - with_help.low < 0.4 * (without.high - without.low)


def test_a_wrong_prediction_does_no_harm_to_the_mean() -> None:
    y, _, pi = population()
    rng = np.random.default_rng(5)
    found = [difference(y, 1 - y, pi, rng.random(POPULATION) < pi) for _ in range(200)]
    assert np.mean([each.value for each in found]) == pytest.approx(y.mean(), abs=0.01)


def test_where_everybody_was_judged_nothing_is_uncertain() -> None:
    y = np.array([0.0, 1.0, 1.0, 0.0])
    for found in (hajek_mean(y, np.ones(4), 4), horvitz_thompson_mean(y, np.ones(4), 4)):
        assert (found.low, found.value, found.high) == (0.5, 0.5, 0.5)
        assert (found.sampled, found.population) == (4, 4)


@pytest.mark.parametrize(
    ("outcomes", "propensities", "message"),
    [
        pytest.param([], [], "nothing was sampled", id="empty"),
        pytest.param([1.0], [0.0], "propensity", id="impossible"),
        pytest.param([1.0], [1.2], "propensity", id="above-one"),
        pytest.param([1.0, 0.0], [0.5], "2 outcomes, 1", id="lengths"),
    ],
)
def test_bad_input_is_refused(
    outcomes: list[float], propensities: list[float], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        hajek_mean(np.array(outcomes), np.array(propensities), 10)
