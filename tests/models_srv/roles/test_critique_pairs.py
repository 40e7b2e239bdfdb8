"""Which of two critiques is better, by what was said of their comments."""

import pytest

from models_srv.roles.critique_format import read_fields, split_blocks
from models_srv.roles.critique_pairs import (
    SOUND,
    CritiquePair,
    JudgedAnswer,
    JudgedComment,
    JudgedCritique,
    critique_pairs,
    names_place,
    naming_critique,
)


def block(quote):
    return {"quote": quote, "category": "slip", "severity": "critical", "why": "It is.", "fix": "-"}


def critique(*words, verdict="flawed"):
    """A critique whose comments are called so; each quotes its own number."""
    comments = [JudgedComment(block(f"line {n}"), word) for n, word in enumerate(words)]
    return JudgedCritique(verdict, "Found: slip.", comments)


def test_what_holds_up_is_preferred_to_what_was_made_up():
    good, bad = critique("valid"), critique("valid", "fake")
    assert critique_pairs(JudgedAnswer([bad, good])) == [
        CritiquePair(good.text, bad.text, "verdicts"),
        CritiquePair(good.text, SOUND, "valid"),
    ]


def test_without_another_one_the_made_up_comment_is_left_out():
    [pair] = critique_pairs(JudgedAnswer([critique("", "fake")]))
    assert pair.rejected == critique("", "fake").text
    assert split_blocks(read_fields(pair.chosen)) == [block("line 0")]


@pytest.mark.parametrize(("is_sound", "pairs"), [(True, 1), (False, 0)])
def test_that_nothing_is_wrong_is_said_only_where_somebody_found_nothing(is_sound, pairs):
    found = critique_pairs(JudgedAnswer([critique("fake")], is_sound=is_sound))
    assert len(found) == pairs
    assert all(pair.chosen == SOUND for pair in found)


def test_a_mended_comment_is_preferred_to_the_original():
    mended = block("line 0") | {"why": "Because of the order."}
    said = JudgedCritique("flawed", "One.", [JudgedComment(block("line 0"), "valid", mended)])
    [pair] = critique_pairs(JudgedAnswer([said]))
    assert pair.reason == "edits"
    assert split_blocks(read_fields(pair.chosen)) == [mended]


def test_what_somebody_added_is_preferred_to_finding_nothing():
    said = JudgedCritique("sound", "No problem found.")
    [pair] = critique_pairs(JudgedAnswer([said], added=[block("line 3")]))
    assert (pair.rejected, pair.reason) == (SOUND, "missed")
    assert "quote: line 3" in pair.chosen


def test_a_critique_that_holds_up_is_preferred_to_saying_nothing():
    good = critique("valid").text
    assert critique_pairs(JudgedAnswer([critique("valid"), critique()])) == [
        CritiquePair(good, SOUND, "valid"),
        CritiquePair(good, critique().text, "missed"),
    ]


def test_nothing_is_said_of_a_critique_of_which_nobody_spoke():
    assert critique_pairs(JudgedAnswer([critique("")])) == []


def test_the_same_pair_is_not_there_twice():
    assert (
        len(critique_pairs(JudgedAnswer([critique("fake"), critique("fake")], is_sound=True))) == 1
    )


WAS = "3 + 4 = 7\n7 * 2 = 14\n#### 14"
TAMPERED = "3 + 4 = 8\n8 * 2 = 16\n#### 16"


def test_the_critique_that_names_an_error_quotes_the_first_line_that_differs():
    text = naming_critique(WAS, TAMPERED, "arithmetic slip")
    [named] = split_blocks(read_fields(text))
    assert named["quote"] == "3 + 4 = 8"
    assert named["fix"] == "3 + 4 = 7"
    assert named["category"] == "arithmetic slip"
    assert naming_critique(WAS, WAS, "") is None


def test_of_what_was_left_out_the_line_before_shows_it():
    [named] = split_blocks(read_fields(naming_critique(WAS, "3 + 4 = 7\n#### 14", "")))
    assert named["quote"] == "3 + 4 = 7"


@pytest.mark.parametrize(
    ("quote", "names"), [("3 + 4 = 8", True), ("+ 4 = 8", True), ("8", False), ("#### 16", False)]
)
def test_a_comment_names_the_place_where_it_quotes_most_of_the_line(quote, names):
    said = JudgedCritique("flawed", "", [JudgedComment(block(quote))])
    assert names_place(said, WAS, TAMPERED) is names


@pytest.mark.parametrize(
    ("said", "pairs"),
    [(critique(""), 1), (critique(), 1), (critique(verdict="sound"), 0)],
)
def test_of_an_answer_without_a_flaw_what_nobody_read_is_made_up(said, pairs):
    found = critique_pairs(JudgedAnswer([said], is_sound=True, is_flawless=True))
    assert [pair.chosen for pair in found] == [SOUND] * pairs


def test_a_comment_that_somebody_called_valid_holds_up_also_where_another_saw_no_flaw():
    [pair] = critique_pairs(JudgedAnswer([critique("valid")], is_sound=True, is_flawless=True))
    assert (pair.rejected, pair.reason) == (SOUND, "valid")
