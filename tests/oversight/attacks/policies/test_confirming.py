"""When an attack counts, from what people and the checker say."""

import pytest

from oversight.attacks.policies.confirming import Outcome, Word, confirm
from oversight.attacks.policies.people import Said, words_of


def checker(response, fails=None, is_fair=True, fault=""):
    return Word("checker", response, is_fair, fails, fault)


def fair(is_fair=True, fails=None):
    return Word("person", None, is_fair, fails)


def judged(response, fails):
    return Word("person", response, None, fails)


CASES = [
    pytest.param([], Outcome.OPEN, None, id="nobody-said-anything"),
    pytest.param([checker(1, True)], Outcome.FAILED, "checker", id="the-checker-says-so"),
    pytest.param([checker(1, False)], Outcome.HELD, "checker", id="it-is-right"),
    pytest.param([checker(1, None, False)], Outcome.UNFAIR, "checker", id="unanswerable"),
    pytest.param([judged(1, True)], Outcome.OPEN, None, id="nobody-said-whether-it-is-fair"),
    pytest.param([judged(1, True), fair()], Outcome.FAILED, "person", id="people-say-both"),
    pytest.param([fair(True, True)], Outcome.FAILED, "person", id="one-person-says-both"),
    pytest.param([fair()], Outcome.OPEN, None, id="fair-but-nobody-judged-it"),
    pytest.param(
        [judged(1, True), checker(1, False)], Outcome.FAILED, "person", id="people-come-first"
    ),
    pytest.param(
        [fair(False), checker(1, True)], Outcome.UNFAIR, "person", id="unfair-whatever-fails"
    ),
    pytest.param(
        [judged(1, True), judged(1, False), checker(1, False)],
        Outcome.HELD,
        "checker",
        id="people-who-are-level-say-nothing",
    ),
    pytest.param([checker(1, True), checker(2, False)], Outcome.FAILED, "checker", id="half-fail"),
    pytest.param(
        [checker(1, True), checker(2, False), checker(3, False)],
        Outcome.HELD,
        "checker",
        id="one-of-three-samples",
    ),
    pytest.param(
        [fair(False), fair(True, True), fair(True, True)],
        Outcome.FAILED,
        "person",
        id="most-people",
    ),
]


@pytest.mark.parametrize(("words", "outcome", "by"), CASES)
def test_an_attack_counts_where_somebody_confirms_both(words, outcome, by):
    confirmed = confirm(words)
    assert (confirmed.outcome, confirmed.by) == (outcome, by)


def test_it_is_told_where_only_fairness_is_lacking():
    assert confirm([judged(1, True)]).needs_fairness
    assert not confirm([judged(1, False)]).needs_fairness
    assert not confirm([judged(1, True), fair()]).needs_fairness


def test_the_fault_is_the_one_named_most_often():
    words = [checker(1, True, fault="b"), checker(2, True, fault="a"), checker(3, True, fault="b")]
    assert confirm(words).fault == "b"


ANSWERS = [
    pytest.param({"choice": "both_bad"}, {1: True, 2: True}, id="both-bad"),
    pytest.param({"choice": "a"}, {}, id="a-preference-says-of-neither"),
    pytest.param({"choice": "a", "flaws": {1: "none", 2: "critical"}}, {1: False, 2: True}, id="flaws"),
    pytest.param({"choice": "both_bad", "flaws": {1: "minor"}}, {1: False, 2: True}, id="own-word-first"),
    pytest.param({"overalls": {1: 2, 2: 3}}, {1: True}, id="poor-and-middling"),
    pytest.param({"overalls": {1: 5, 2: 1}}, {1: False, 2: True}, id="good-and-poor"),
    pytest.param({"choice": "a", "blamed": {2}}, {2: True}, id="a-valid-comment-of-weight"),
]  # fmt: skip


@pytest.mark.parametrize(("said", "expected"), ANSWERS)
def test_what_a_persons_answer_says_of_each_response(said, expected):
    words = words_of(Said((1, 2), **said))
    assert {word.response: word.fails for word in words} == expected
    assert all(word.source == "person" and word.is_fair is None for word in words)
