import pytest

from models_srv.evaluation import accuracy, distinct_2, proportion, win_rate


def test_proportion_has_the_wilson_interval():
    """Against the closed form, z = 1.959964."""
    z, n, p = 1.959964, 20, 0.75
    centre = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * (p * (1 - p) / n + z * z / (4 * n * n)) ** 0.5
    result = proportion(15, 20)
    assert result.value == 0.75
    assert (result.low, result.high) == pytest.approx((centre - half, centre + half), abs=1e-6)


def test_nothing_counted_has_no_value():
    result = accuracy([None, None])
    assert (result.count, result.value, result.low, result.high) == (0, None, None, None)


def test_accuracy_skips_the_unscored():
    assert (accuracy([True, None, False, True]).successes, accuracy([True, None]).count) == (2, 1)


def test_an_impossible_share_is_refused():
    with pytest.raises(ValueError, match="no share"):
        proportion(3, 2)


def test_win_rate_is_paired_and_leaves_ties_out():
    result = win_rate([(1, 0), (1, 0), (0, 1), (1, 1), (None, 1), (0.5, None)])
    assert (result.wins, result.losses, result.ties) == (2, 1, 1)
    assert result.rate.value == pytest.approx(2 / 3)


def test_win_rate_of_ties_only_has_no_rate():
    assert win_rate([(1, 1)]).rate.value is None


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        pytest.param(["a b c", "A b d"], 3 / 4, id="shared-pair"),
        pytest.param(["a b"] * 4, 1 / 4, id="collapse"),
        pytest.param(["one", ""], None, id="no-pair"),
        pytest.param([], None, id="no-text"),
    ],
)
def test_distinct_2(texts, expected):
    assert distinct_2(texts) == expected
