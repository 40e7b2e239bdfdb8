import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oversight.trust.policies.replacing.corrected_rate import Tally, corrected_rate


@st.composite
def tallies(draw: st.DrawFn) -> Tally:
    total = draw(st.integers(1, 500))
    return Tally(draw(st.integers(0, total)), total)


def test_the_rate_is_corrected_by_the_errors() -> None:
    found = corrected_rate(Tally(40, 100), Tally(90, 100), Tally(80, 100))
    assert found is not None
    assert found.value == pytest.approx((0.4 + 0.8 - 1) / (0.8 + 0.9 - 1))  # 0.2857


def test_the_interval_is_that_of_the_authors_example() -> None:
    # Lee et al. (2025), the example beside their code: p .4 of 1000, q0 .7 and q1 .9 of 200 each.
    found = corrected_rate(Tally(400, 1000), Tally(180, 200), Tally(140, 200))
    assert found is not None
    assert (found.value, found.low, found.high) == pytest.approx((0.1667, 0.0564, 0.2627), abs=5e-5)


def test_a_perfect_judge_is_believed() -> None:
    found = corrected_rate(Tally(300, 1000), Tally(5000, 5000), Tally(5000, 5000))
    assert found is not None
    assert found.value == pytest.approx(0.3)
    # About the plain interval: 0.3 ± 1.96 * sqrt(0.21 / 1000) = 0.0284.
    assert (found.low, found.high) == pytest.approx((0.2716, 0.3284), abs=0.002)


@pytest.mark.parametrize(
    ("found", "left"), [((5, 10), (5, 10)), ((7, 10), (3, 10)), ((1, 9), (2, 9))]
)
def test_a_judge_no_better_than_a_coin_is_no_use(
    found: tuple[int, int], left: tuple[int, int]
) -> None:
    assert corrected_rate(Tally(4, 10), Tally(*found), Tally(*left)) is None


def test_the_interval_knows_the_size_of_the_calibration_set() -> None:
    few = corrected_rate(Tally(400, 1000), Tally(18, 20), Tally(16, 20))
    many = corrected_rate(Tally(400, 1000), Tally(900, 1000), Tally(800, 1000))
    assert few is not None
    assert many is not None
    assert few.value == pytest.approx(many.value)
    assert few.high - few.low > 2 * (many.high - many.low)


def test_a_judge_measured_on_next_to_nobody_leaves_everything_possible() -> None:
    found = corrected_rate(Tally(85, 100), Tally(1, 1), Tally(200, 1000))
    assert found is not None
    assert (found.low, found.high) == (0, 1)


def test_intervals_hold_the_truth_about_as_often_as_they_say() -> None:
    draw, held, times = np.random.default_rng(7).binomial, 0, 1000
    for _ in range(times):  # truth 0.2, q1 0.85, q0 0.8: the judge says so of 0.33
        said, found, left = draw(300, 0.33), draw(60, 0.85), draw(60, 0.8)
        rate = corrected_rate(Tally(said, 300), Tally(found, 60), Tally(left, 60))
        held += rate is not None and rate.low <= 0.2 <= rate.high
    assert 0.93 <= held / times <= 0.99


@given(tallies(), tallies(), tallies())
def test_the_interval_holds_the_value_within_zero_and_one(
    said: Tally, found: Tally, left_alone: Tally
) -> None:
    rate = corrected_rate(said, found, left_alone)
    assert (rate is None) == (found.share + left_alone.share <= 1 + 1e-9)
    assert rate is None or 0 <= rate.low <= rate.value <= rate.high <= 1


@pytest.mark.parametrize(("count", "total"), [(0, 0), (3, 2), (-1, 2)])
def test_a_tally_that_cannot_be_is_refused(count: int, total: int) -> None:
    with pytest.raises(ValueError, match="tally"):
        Tally(count, total)
