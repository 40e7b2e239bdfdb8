"""A person's error from repeats and adjudication."""

import numpy as np
import pytest

from oversight.policies.repeats import Answer, estimate_error, majority_reliability


def draw(pairs: int, people: int, error: float, *, final: bool = False) -> list[list[Answer]]:
    rng = np.random.default_rng(1)
    drawn = []
    for _ in range(pairs):
        truth = bool(rng.random() < 0.5)
        answers = [Answer(truth != (rng.random() < error)) for _ in range(people)]
        drawn.append([*answers, Answer(truth, is_final=True)] if final else answers)
    return drawn


@pytest.mark.parametrize("error", [0.05, 0.15, 0.3])
@pytest.mark.parametrize("people", [2, 3])
def test_agreement_of_peers_tells_the_error(error, people) -> None:
    assert estimate_error(draw(3000, people, error)).error == pytest.approx(error, abs=0.025)


@pytest.mark.parametrize("error", [0.05, 0.3])
def test_adjudication_tells_it_too(error) -> None:
    found = estimate_error(draw(1000, 1, error, final=True))
    assert found.error == pytest.approx(error, abs=0.02)
    assert (found.pairs, found.comparisons) == (1000, 1000)


def test_without_repeats_the_prior_speaks_and_says_so() -> None:
    found = estimate_error([[Answer(True)]])
    assert found.comparisons == 0
    assert 0 < found.error < 0.1


def test_people_at_chance_are_not_taken_to_be_below_it() -> None:
    assert estimate_error(draw(500, 2, 0.5)).error < 0.5


@pytest.mark.parametrize(
    ("error", "lead", "expected"),
    [(0.1, 1, 0.9), (0.1, 2, 81 / 82), (0.1, 3, 729 / 730), (0.49, 1, 0.51), (0.0, 1, 1.0)],
)
def test_a_majority_is_right_more_often_than_one(error, lead, expected) -> None:
    assert majority_reliability(error, lead) == pytest.approx(expected)
