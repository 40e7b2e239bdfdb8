"""A new critic goes to work only where it errs less, beyond chance."""

import pytest

from oversight.learning.policies.critic_gate import Reading, TriedAnswer, judge_critic

GOOD, MISSED = Reading(1, 0, 0.9), Reading(0, 0, 0.1)
MADE_UP, QUIET = Reading(0, 1, 0.9), Reading(0, 0, 0.1)
CLUMSY = Reading(1, 1, 0.9)


def tried(flawed, right, tampered=()):
    """Each answer is of its own cluster; pairs are (candidate, parent)."""
    rows = [
        *((True, False, pair) for pair in flawed),
        *((False, False, pair) for pair in right),
        *((True, True, pair) for pair in tampered),
    ]
    return [TriedAnswer(str(at), *kinds, *pair) for at, (*kinds, pair) in enumerate(rows)]


def test_one_that_makes_up_fewer_problems_is_promoted_and_told_why():
    verdict = judge_critic(
        tried([(GOOD, GOOD)] * 30, [(QUIET, MADE_UP)] * 10 + [(QUIET, QUIET)] * 30), seed=1
    )
    assert verdict.is_promoted
    assert "1.000 have no made-up problem, before 0.857" in verdict.reasons[0]
    assert verdict.metrics["made_up_candidate"] == 0
    assert verdict.metrics["made_up_baseline"] == 10


def test_one_that_finds_more_is_promoted():
    verdict = judge_critic(
        tried([(GOOD, MISSED)] * 15 + [(GOOD, GOOD)] * 15, [(QUIET, QUIET)] * 30), 1
    )
    assert verdict.is_promoted
    assert "on 1.000 of the flawed answers, before 0.500" in verdict.reasons[0]


def test_one_that_says_the_same_is_refused():
    verdict = judge_critic(tried([(GOOD, GOOD)] * 30, [(QUIET, QUIET)] * 30), seed=1)
    assert not verdict.is_promoted
    assert "not better beyond chance" in verdict.reasons[0]


def test_silence_is_no_improvement():
    """It makes nothing up any more, and finds nothing either."""
    verdict = judge_critic(
        tried([(MISSED, CLUMSY)] * 30, [(QUIET, MADE_UP)] * 10 + [(QUIET, QUIET)] * 20), seed=1
    )
    assert not verdict.is_promoted
    assert any("it finds fewer errors: by" in reason for reason in verdict.reasons)


def test_one_that_is_less_sure_of_the_right_verdict_is_refused():
    unsure = Reading(0, 0, 0.6)
    verdict = judge_critic(
        tried([(GOOD, GOOD)] * 30, [(unsure, MADE_UP)] * 10 + [(unsure, QUIET)] * 30), seed=1
    )
    assert any("it is less sure of the right verdict: by" in reason for reason in verdict.reasons)


def test_how_sure_it_is_of_errors_put_in_is_not_held_against_it():
    """How many of the answers have one is our doing; that it misses them counts as missed."""
    less_sure = Reading(0, 0, 0.05), Reading(0, 0, 0.4)
    verdict = judge_critic(
        tried(
            [(GOOD, GOOD)] * 30,
            [(QUIET, MADE_UP)] * 10 + [(QUIET, QUIET)] * 20,
            tampered=[less_sure] * 20,
        ),
        seed=1,
    )
    assert verdict.is_promoted


def test_answers_with_errors_put_in_alone_tell_nothing_of_its_sureness():
    verdict = judge_critic(tried([], [], tampered=[(GOOD, MISSED)] * 40), seed=1)
    assert not verdict.is_promoted


@pytest.mark.parametrize(("flawed", "right"), [(19, 40), (40, 19), (0, 0)])
def test_too_few_answers_tell_nothing(flawed, right):
    verdict = judge_critic(tried([(GOOD, MISSED)] * flawed, [(QUIET, MADE_UP)] * right), seed=1)
    assert not verdict.is_promoted
    assert f"there are {flawed} flawed and {right} right answers" in verdict.reasons[0]
