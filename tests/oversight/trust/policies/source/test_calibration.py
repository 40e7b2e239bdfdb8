import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.calibration import calibration_curve
from sklearn.isotonic import IsotonicRegression

from oversight.trust.policies.source.calibration import (
    Opinion,
    combine_opinions,
    expected_calibration_error,
    fit_isotonic,
    fit_platt,
    measure_calibration,
    opinions_disagree,
)


def overconfident(pairs: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """True probability, what people said, and the stated probability with its logit tripled."""
    rng = np.random.default_rng(seed)
    true = rng.beta(1.5, 1.5, pairs)
    odds = (true / (1 - true)) ** 3
    return true, (rng.random(pairs) < true).astype(float), odds / (1 + odds)


def test_both_orders_cancel_a_liking_for_the_first_place() -> None:
    assert combine_opinions([Opinion(0.8, True), Opinion(0.8, False)]) == pytest.approx(0.5)
    many = [Opinion(0.9, True)] * 5 + [Opinion(0.3, False)]
    assert combine_opinions(many) == pytest.approx((0.9 + 0.7) / 2)


def test_no_opinions_give_no_probability() -> None:
    assert combine_opinions([]) is None


@pytest.mark.parametrize(
    ("opinions", "expected"),
    [
        pytest.param([Opinion(0.9, True), Opinion(0.2, False)], False, id="both-for-a"),
        pytest.param([Opinion(0.9, True), Opinion(0.8, False)], True, id="first-place-each-time"),
        pytest.param([Opinion(0.9, True), Opinion(0.5, True)], False, id="one-without-a-choice"),
        pytest.param([], False, id="none"),
    ],
)
def test_disagreement(opinions: list[Opinion], expected: bool) -> None:
    assert opinions_disagree(opinions) is expected


@pytest.mark.parametrize("fit", [fit_platt, fit_isotonic])
def test_an_overconfident_critic_is_mended(fit) -> None:
    _, human, stated = overconfident(3000)
    true, _, fresh = overconfident(3000, seed=1)
    mended = fit(stated, human)(fresh)
    assert np.abs(mended - true).mean() < 0.03
    assert np.abs(fresh - true).mean() > 0.1


@given(st.lists(st.tuples(st.sampled_from([0.1, 0.3, 0.5, 0.7, 0.9]), st.booleans()), min_size=2))
def test_isotonic_is_scikit_learns(rows: list[tuple[float, bool]]) -> None:
    p, human = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    theirs = IsotonicRegression(out_of_bounds="clip").fit(p, human)
    at = np.linspace(0, 1, 21)
    assert fit_isotonic(p, human)(at) == pytest.approx(theirs.predict(at))


def test_platt_stays_finite_where_all_are_alike() -> None:
    mended = fit_platt(np.full(20, 0.9), np.ones(20))(np.array([0.0, 0.9, 1.0]))
    assert (mended > 0).all()
    assert (mended < 1).all()


def test_ece_is_the_mean_gap_of_scikit_learns_bins() -> None:
    _, human, stated = overconfident(500)
    real, said = calibration_curve(human, stated, n_bins=10)
    share = np.bincount(np.minimum((stated * 10).astype(int), 9), minlength=10) / 500
    expected = (np.abs(real - said) * share[share > 0]).sum()
    assert expected_calibration_error(stated, human) == pytest.approx(expected)


def test_the_measures_and_their_intervals() -> None:
    true, human, stated = overconfident(2000)
    bad, good = measure_calibration(stated, human), measure_calibration(true, human)
    assert bad.brier == pytest.approx(((stated - human) ** 2).mean())
    assert bad.ece_interval[0] > 0.05
    assert good.ece_interval[0] < 0.01
    assert good.ece < bad.ece
    for found in (bad, good):
        assert found.brier_interval[0] < found.brier < found.brier_interval[1]
        assert found.ece_interval[0] <= found.ece <= found.ece_interval[1]


def test_no_pairs_are_refused() -> None:
    with pytest.raises(ValueError, match="no pairs"):
        measure_calibration(np.zeros(0), np.zeros(0))
