import pytest

from annotate.care.policies.harm import is_blurred
from annotate.care.policies.keys import (
    CARDS,
    GROUPS,
    changed_keys,
    key_translation,
    problems_of,
    shown_keys,
)


def test_the_defaults_go_together():
    assert problems_of({}) == {}
    for card in CARDS:
        keys = [key for group in GROUPS if card in group.cards for key, _ in group.actions.values()]
        assert len(set(keys)) == len(keys)


@pytest.mark.parametrize(
    ("keys", "wrong"),
    [
        pytest.param({"valid": "h"}, set(), id="free"),
        pytest.param({"valid": "n"}, {"valid", "nitpick"}, id="taken"),
        pytest.param({"valid": "n", "nitpick": "v"}, set(), id="swapped"),
        pytest.param({"valid": "Enter"}, {"valid"}, id="no-single-key"),
        pytest.param({"valid": "F5"}, set(), id="function-key"),
        pytest.param({"valid": "é", "fake": "к"}, set(), id="of-ones-own-alphabet"),
        pytest.param({"valid": "ö", "fake": "ö Semicolon"}, {"valid", "fake"}, id="foreign-twice"),
        pytest.param({"valid": "ab"}, {"valid"}, id="two-characters"),
        pytest.param({"valid": "\u200b"}, {"valid"}, id="nothing-seen"),
        pytest.param({"word_before": "ö", "edit": "Ö"}, {"word_before", "edit"}, id="its-umlaut"),
        pytest.param({"word_before": "ш"}, set(), id="words-in-any-alphabet"),
        pytest.param({"word_before": "é Digit2"}, set(), id="a-letter-with-its-place"),
        pytest.param({"word_before": ";"}, {"word_before"}, id="no-sign-for-words"),
        pytest.param({"step_good": "j"}, {"step_good", "next_comment"}, id="taken-on-its-card"),
        pytest.param({"step_good": "2", "step_neutral": "1"}, set(), id="steps-swapped"),
        pytest.param({"step_good": "v", "rate_1": "v"}, set(), id="cards-of-other-kinds"),
        pytest.param(
            {"guidelines": "3"}, {"guidelines", "prefer_3", "step_bad", "rate_3"}, id="all"
        ),
        pytest.param({"rate_7": "9"}, set(), id="ratings"),
        pytest.param({"both_bad": "0"}, {"both_bad", "tie_of_several"}, id="tie-of-several"),
        pytest.param({"word_before": "h", "word_after": "l"}, set(), id="words"),
        pytest.param({"word_before": "v"}, {"word_before", "valid"}, id="words-on-their-card"),
        pytest.param({"word_before": "H"}, {"word_before"}, id="widens-with-shift"),
        pytest.param({"word_before": "h", "edit": "H"}, {"word_before", "edit"}, id="its-capital"),
        pytest.param({"word_before": "ArrowRight", "word_after": "ArrowLeft"}, set(), id="arrows"),
        pytest.param({"word_before": "ArrowUp"}, {"word_before", "line_above"}, id="arrow-twice"),
        pytest.param({"valid": "ArrowUp"}, {"valid", "line_above"}, id="arrows-are-for-words"),
    ],
)
def test_it_names_what_clashes(keys, wrong):
    assert set(problems_of(keys)) == wrong


def test_only_what_differs_is_kept():
    assert changed_keys({"valid": "h", "fake": "f", "unsure": ""}) == {"valid": "h"}


def test_keys_are_translated_to_those_that_the_page_knows():
    assert key_translation({"valid": "h"}) == {"comparison": {"v": "", "h": "v"}}
    assert key_translation({"valid": "n", "nitpick": "v"}) == {"comparison": {"n": "v", "v": "n"}}
    assert key_translation({"gone": "h"}) == {}


@pytest.mark.fault("workbench")
def test_a_letter_that_only_one_keyboard_has_is_known_by_its_place_too():
    own = {"valid": "ö Semicolon"}
    assert key_translation(own) == {"comparison": {"v": "", "ö": "v", "Semicolon": "v"}}
    assert shown_keys(own)["valid"] == "ö"
    assert changed_keys({**own, "fake": "f", "unsure": ""}) == own
    # An ASCII letter is told from others by what it prints.
    assert key_translation({"valid": "h KeyH"}) == {"comparison": {"v": "", "h": "v"}}
    assert key_translation({"valid": "ö <script>"}) == {"comparison": {"v": "", "ö": "v"}}


def test_keys_are_translated_on_their_own_cards_only():
    own = {"prefer_1": "a", "step_good": "h", "word_before": "h"}
    assert key_translation(own) == {
        "comparison": {"1": "", "a": "1"},
        "steps": {"1": "", "h": "1"},
        "words": {"ArrowLeft": "", "h": "ArrowLeft"},
    }
    assert set(key_translation({"skip": "y"})) == set(CARDS)


def test_keys_are_shown_as_people_read_them():
    shown = shown_keys({"valid": "h", "word_before": "F2"})
    assert (shown["valid"], shown["word_before"], shown["word_after"]) == ("h", "F2", "→")


@pytest.mark.parametrize(
    ("harm", "blur_from", "expected"),
    [
        ("severe", "mild", True),
        ("moderate", "severe", False),
        ("severe", "severe", True),
        ("", "mild", False),
        ("severe", "never", False),
    ],
)
def test_what_is_blurred(harm, blur_from, expected):
    assert is_blurred(harm, blur_from) == expected
