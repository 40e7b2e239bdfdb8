"""What came of answers written anew, counted and in words."""

from dataclasses import replace

import pytest

from models_srv.evaluation import proportion
from oversight.loop.policies.refined import Checked, WrittenAnew, fix_and_break, refined_words

FOUND = WrittenAnew(
    written=20,
    unchanged=0,
    unanswered=0,
    checker="",
    **fix_and_break([]),
    judged_by="person",
    preferred=proportion(0, 0),
    neither=0,
)


def checked(*rows):
    """Each as was, is, best: "wrw" is an answer that was wrong, is right; the best one is wrong."""
    return [Checked(*(letter == "r" for letter in row)) for row in rows]


def test_fixes_are_of_what_was_wrong_and_breaks_of_what_was_right():
    found = fix_and_break(checked("wrr", "wwr", "www", "rwr", "rrr"))
    assert [(found[name].successes, found[name].count) for name in found] == [
        (1, 3),
        (1, 2),
        (2, 5),
        (4, 5),
    ]
    assert list(found) == ["fixed", "broken", "right", "best_right"]


def test_nothing_is_said_where_nothing_was_written():
    assert refined_words(None) == []


def test_without_checker_and_answers_it_says_so():
    written, asked = refined_words(FOUND)
    assert written.startswith("For 20 queries the learner wrote anew the answer")
    assert asked == "People have judged none of these pairs that were drawn at random yet."


def test_what_is_not_used_is_told():
    [written, _] = refined_words(replace(FOUND, unchanged=3, unanswered=1))
    assert "3 came out as before and 1 gave no answer: there the best answer" in written


def test_the_checkers_figures_have_counts_and_intervals():
    rates = fix_and_break(checked(*["wrr"] * 3, *["wwr"] * 5, *["rrr"] * 3, "rwr"))
    _, mended, right, _ = refined_words(replace(FOUND, checker="Sums", **rates))
    assert mended == (
        "By the checker (Sums): of 8 that were wrong 3 (38 %, 14 to 69) are right now. "
        "Of 4 that were right 1 (25 %, 5 to 70) are wrong now."
    )
    assert right.startswith("Of the new answers 6 (50 %, 25 to 75) are right; of those")
    assert "12 (100 %, 76 to 100)" in right
    assert "lower the share" in right


@pytest.mark.parametrize(
    ("rows", "ending"),
    [
        pytest.param(["wwr"] * 20, "lower the share (Settings, Each round).", id="choosing"),
        pytest.param(
            ["wrw"] * 20, "To write anew finds more right ones than to choose.", id="anew"
        ),
        pytest.param(["wrr", "wwr"], "2 (100 %, 34 to 100).", id="nobody knows"),
    ],
)
def test_advice_follows_only_where_it_is_sure(rows, ending):
    words = refined_words(replace(FOUND, checker="Sums", **fix_and_break(checked(*rows))))
    assert words[2].endswith(ending)


def test_people_and_simulated_ones_are_told_apart():
    found = replace(FOUND, preferred=proportion(5, 7), neither=1)
    *_, said = refined_words(found)
    assert said == (
        "People judged 8 pairs of these drawn at random: in 5 (71 %, 36 to 92) they prefer the new "
        "answer, in 2 the old one, in 1 neither."
    )
    *_, said = refined_words(replace(found, judged_by="simulated"))
    assert said.startswith("Simulated annotators judged")
