import pytest

from oversight.trust.policies.source.critic_tasks import (
    NOWHERE,
    ReadPair,
    ReadSteps,
    first_wrong_steps,
    picks_right,
    prefers_longer,
)


def pair(first: float, second: float, *, better: bool | None = None, chars=(20, 10)) -> ReadPair:
    return ReadPair((first, second), chars, better)


def test_it_picks_the_right_one_where_it_thinks_less_of_the_other() -> None:
    pairs = [
        pair(0.1, 0.9, better=True),
        pair(0.1, 0.9, better=False),
        pair(0.9, 0.1, better=False),
    ]
    found = picks_right([*pairs, pair(0.1, 0.9)])
    assert (found.successes, found.count) == (2, 3)


def test_equal_scores_are_no_choice() -> None:
    assert picks_right([pair(0.4, 0.4, better=True), pair(0.4, 0.4, better=False)]).successes == 0


def test_length_counts_where_two_answers_are_equally_good() -> None:
    longer = [pair(0.1, 0.9)] * 3
    shorter = [pair(0.9, 0.1), pair(0.1, 0.9, chars=(10, 20))]
    idle = [pair(0.5, 0.5), pair(0.1, 0.9, chars=(10, 10)), pair(0.1, 0.9, better=True)]
    found = prefers_longer([*longer, *shorter, *idle])
    assert (found.successes, found.count) == (3, 5)


def test_a_first_wrong_step_is_found_where_it_points_at_just_that() -> None:
    read = [ReadSteps(2, 2), ReadSteps(2, 1), ReadSteps(2, None), ReadSteps(0, NOWHERE)]
    sound = [ReadSteps(None, None), ReadSteps(None, None), ReadSteps(None, NOWHERE)]
    found = first_wrong_steps([*read, *sound])
    assert (found.found.value, found.left_alone.value) == (0.25, 2 / 3)
    assert found.f1 == pytest.approx(2 * 0.25 * (2 / 3) / (0.25 + 2 / 3))
    assert first_wrong_steps(read).f1 is None
    assert first_wrong_steps([ReadSteps(0, 1), *sound]).f1 == 0
