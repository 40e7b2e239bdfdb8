"""What became of an item, in words."""

import pytest

from oversight.pages.policies.item_words import (
    asked_words,
    choice_words,
    critique_words,
    no_preference_words,
    order_words,
)


@pytest.mark.parametrize(
    ("choice", "strength", "words"),
    [("A", 3, "A, clearly"), ("B", 2, "B"), ("B", 1, "B, slightly"), ("Tie", None, "Tie")],
)
def test_an_answer_reads_as_its_button(choice, strength, words):
    assert choice_words(choice, strength) == words


@pytest.mark.parametrize(
    ("order", "words"),
    [
        ("ab", ""),
        ("", ""),
        ("ba", "saw A and B the other way round"),
        ("cab", "saw them in the order C, A, B"),
    ],
)
def test_another_order_is_told(order, words):
    assert order_words(order) == words


@pytest.mark.parametrize(
    ("arm", "was_shown", "words"),
    [
        ("shown", True, "Critique shown"),
        ("shown", False, "None was shown"),
        ("shown", None, "Critique shown"),
        ("hidden", False, "Critique hidden"),
    ],
)
def test_a_critique_that_was_not_there_was_not_shown(arm, was_shown, words):
    assert critique_words(arm, f"Critique {arm}", was_shown) == words


@pytest.mark.parametrize(
    ("state", "people", "words"),
    [
        ("open", 1, "1 person is to answer; 1 may still."),
        ("open", 2, "2 people are to answer; 1 may still."),
        ("closed", 1, "1 person was to answer. It is closed: nobody is asked any more."),
        ("withdrawn", 2, "2 people were to answer. It is withdrawn: nobody is asked any more."),
    ],
)
def test_it_says_whom_it_asks_only_while_it_does(state, people, words):
    assert asked_words(state, people, 1) == words


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        pytest.param({"is_held_out": True}, "its query is held out", id="held-out"),
        pytest.param({"is_known": True}, "its right answer was known", id="known"),
        pytest.param({"state": "withdrawn"}, "it was withdrawn", id="withdrawn"),
        pytest.param({"kind": "steps"}, "no two responses are compared", id="steps"),
        pytest.param({"state": "open"}, "nothing is decided yet", id="open"),
        pytest.param({"choices": []}, "nobody's answer to it stands", id="nobody"),
        pytest.param({"choices": ["tie", "both_bad"]}, "nobody who answered prefers", id="tie"),
        pytest.param({"choices": ["a", "b"]}, "are level", id="level"),
    ],
)
def test_it_says_why_nothing_is_preferred(changes, words):
    closed = {"state": "closed", "kind": "pairwise", "is_held_out": False, "is_known": False}
    assert words in no_preference_words(**{**closed, "choices": ["a"], **changes})
