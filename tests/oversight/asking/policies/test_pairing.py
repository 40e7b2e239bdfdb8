import pytest

from oversight.asking.policies.pairing import (
    Candidate,
    choose_pair,
    probability_a_better,
    probability_of_difference,
)


def candidates(*scores: float | None) -> list[Candidate]:
    return [Candidate(i, f"text {i}", score) for i, score in enumerate(scores)]


def test_it_pairs_the_best_with_the_worst() -> None:
    pair = choose_pair(candidates(0.4, 0.9, 0.1, 0.6), seed=1)
    assert pair
    assert {c.response_id for c in pair} == {1, 2}


def test_it_draws_which_comes_first() -> None:
    firsts = {choose_pair(candidates(0.1, 0.9), seed)[0].response_id for seed in range(20)}  # type: ignore[index]
    assert firsts == {0, 1}


def test_it_does_not_depend_on_the_order_given() -> None:
    group = candidates(None, None, None, None)
    assert choose_pair(group, seed=3) == choose_pair(group[::-1], seed=3)


def test_it_pairs_nothing_where_all_say_the_same() -> None:
    assert choose_pair([Candidate(1, "same", 0.1), Candidate(2, "same", 0.9)], seed=0) is None


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        pytest.param(0.0, 1.0, 1.0, id="a-sound-b-flawed"),
        pytest.param(1.0, 0.0, 0.0, id="a-flawed-b-sound"),
        pytest.param(0.3, 0.3, 0.5, id="equal"),
        pytest.param(1.0, 1.0, 0.5, id="both-surely-flawed"),
        pytest.param(0.2, 0.8, 0.64 / 0.68, id="odds"),
        pytest.param(None, 0.8, None, id="unscored-stays-unscored"),
    ],
)
def test_the_probability_that_a_is_better(
    a: float | None, b: float | None, expected: float | None
) -> None:
    result = probability_a_better(a, b)
    assert result == (None if expected is None else pytest.approx(expected))


def test_the_probability_of_a_difference() -> None:
    assert probability_of_difference(0.0, 1.0) == 1.0
    assert probability_of_difference(0.5, 0.5) == 0.5
    assert probability_of_difference(0.5, None) is None
