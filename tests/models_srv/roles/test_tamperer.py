"""What a model is asked for that puts an error into an answer, and what of its reply is that answer."""

import pytest

from models_srv.roles.tamperer import (
    MOST_COMPARED,
    PutIn,
    build_tamper_request,
    is_same,
    keeps_most,
    parse_tampered,
)
from models_srv.types import Generation

WAS, NOW = "31 - 9 = 22\n#### 22", "31 - 9 = 23\n#### 23"
HEAD = "category: slip\nseverity: minor\nproblem: 31 less 9 is 22.\n"
READ = PutIn(NOW, "31 less 9 is 22.", "slip", "minor")
CODE = "```python\nprint(1)\n```"


def parse(text, was=WAS, **more):
    return parse_tampered(Generation(text, "hash", **more), was)


def test_it_is_shown_the_question_and_the_answer():
    system, user = build_tamper_request(query="How many?", answer=WAS)
    assert user.content == f"Question:\nHow many?\n\nAnswer:\n{WAS}"
    for part in ("exactly one error", "word for word", "category:", "problem:", "answer:"):
        assert part in system.content


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"{HEAD}answer:\n{NOW}\n(end of answer)", id="as asked"),
        pytest.param(f"{HEAD}answer:\n{NOW}", id="no end"),
        pytest.param(f"{HEAD}answer: {NOW}\n\n**(end of answer)**\nI put 23.", id="a note after"),
        pytest.param(f"{HEAD}answer:\n```\n{NOW}\n```", id="a fence around it"),
        pytest.param(f"{HEAD}answer:\n~~~text\n{NOW}\n~~~\nI put 23.", id="a fence and a note"),
        pytest.param(f"{HEAD}answer:\n```\n{NOW}\n(end of answer)\n```", id="the end in the fence"),
        pytest.param(f"```\n{HEAD}answer:\n{NOW}\n(end of answer)\n```", id="a fence around all"),
        pytest.param(f"Sure!\n\n{HEAD}\nanswer:\n\n{NOW}\n\n", id="words before"),
        pytest.param(f"<think>answer: 5\nHm.</think>{HEAD}answer:\n{NOW}", id="reasoning before"),
        pytest.param(
            "**Category:** slip\n- **Severity**: Minor.\n**Problem:** 31 less 9\nis 22.\n"
            f"**Answer:**\n{NOW}",
            id="in Markdown",
        ),
    ],
)
def test_the_reply_is_read(text):
    assert parse(text) == READ


@pytest.mark.parametrize(
    ("text", "category", "severity"),
    [
        (f"problem: No.\nanswer:\n{NOW}", "", "major"),
        (f"severity: awful\nproblem: No.\nanswer:\n{NOW}", "", "major"),
        (f"category: slip\nseverity: critical\nproblem: No.\nanswer:\n{NOW}", "slip", "critical"),
    ],
)
def test_what_may_be_left_out(text, category, severity):
    assert parse(text) == PutIn(NOW, "No.", category, severity)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "I cannot do that.",
        NOW,
        f"{HEAD}answer:\n \n(end of answer)",
        f"{HEAD}{NOW}",
        f"category: slip\nanswer:\n{NOW}",
        f"problem:\nanswer:\n{NOW}",
        f"<think>{HEAD}answer:\n{NOW}",
    ],
)
def test_what_is_no_answer_with_an_error_that_is_named(text):
    assert parse(text) is None


@pytest.mark.parametrize("reason", ["length", "error"])
def test_what_was_cut_short_is_not_taken(reason):
    assert parse(f"{HEAD}answer:\n{NOW}", finish_reason=reason) is None


def test_labels_in_the_answer_are_the_answers():
    said = parse(f"{HEAD}answer:\nproblem: find x\nanswer: 23\n(end of answer)")
    assert said.text == "problem: find x\nanswer: 23"
    assert said.problem == READ.problem


@pytest.mark.parametrize(
    ("said", "text"),
    [
        (CODE, CODE),
        (f"{CODE}\nSo 1.", f"{CODE}\nSo 1."),
        (f"```\n{CODE}\nSo 1.\n```", f"{CODE}\nSo 1."),
    ],
)
def test_an_answers_own_fence_stays(said, text):
    assert parse(f"{HEAD}answer:\n{said}", was="```python\nprint(2)\n```\nSo 2.").text == text


def test_blanks_alone_change_nothing():
    assert is_same(WAS, f" {WAS}\n\n".replace(" - ", "  - "))
    assert not is_same(WAS, NOW)


@pytest.mark.parametrize(
    ("was", "now", "keeps"),
    [
        pytest.param(WAS, NOW, True, id="carried on"),
        pytest.param("a b c d", "a b c d e f g h", True, id="half is new"),
        pytest.param("a b c d", "a b c d e f g h i", False, id="more than half is new"),
        pytest.param("a b c d", "a b", True, id="half is left out"),
        pytest.param("a b c d", "d c b a", False, id="in another order"),
        pytest.param("a b c d e f", "a x c y e z", True, id="every other word"),
        pytest.param("It is 22 in all.", "There are five.", False, id="written anew"),
        pytest.param("一共有二十二颗珠子。", "一共有二十三颗珠子。", True, id="no blanks"),
        pytest.param("22", "23", False, id="nothing is kept"),
    ],
)
def test_an_answer_written_anew_keeps_too_little(was, now, keeps):
    assert keeps_most(was, now) is keeps


def test_an_answer_of_common_words_that_changed_at_both_ends_is_the_same_answer():
    """difflib takes frequent words of long texts for junk, and would find nothing in common."""
    middle = " ".join(["the", "cat", "and"] * 100)
    assert keeps_most(f"one {middle} two", f"three {middle} four")


def test_what_would_take_long_to_compare_is_taken_for_written_anew():
    many = " ".join(["same", "word"] * MOST_COMPARED)
    assert not keeps_most(f"a {many} b", f"c {many} d")
    assert keeps_most(f"a {many} b", f"c {many} b")


RIGHT_ONE = "3 + 4 = 7\n7 + 2 = 9\n#### 9"
WRONG_ONE = "3 + 4 = 8\n8 + 2 = 10\n#### 10"
NAMED = "category: slip\nseverity: major\nproblem: 3 + 4 is 7.\nanswer:\n"


@pytest.mark.parametrize(
    "reply",
    [
        f"{NAMED}{WRONG_ONE} (end of answer)",
        f"{NAMED}{WRONG_ONE}\n(end of the answer)",
        f"{NAMED}{WRONG_ONE}\n**(end of answer)**\nNote: I changed the sum.",
        f"```\n{NAMED}{WRONG_ONE}\n```",
    ],
)
def test_no_mark_stays_in_the_answer(reply):
    found = parse_tampered(Generation(reply, "h", finish_reason="stop"), RIGHT_ONE)
    assert found is not None
    assert found.text == WRONG_ONE


@pytest.mark.parametrize(
    "said",
    [
        f"{WRONG_ONE}\nNote: 3 + 4 was made 8.",
        f"{WRONG_ONE}\n3 + 4 is 7.",
        f"{WRONG_ONE}\n(end)",
        f"the whole answer with the error in it:\n{WRONG_ONE}\n(end of answer)",
        f"(start of answer)\n{WRONG_ONE}\n(end of answer)",
        f"{WRONG_ONE}  the error is in line one\n(end of answer)",
    ],
)
def test_an_answer_that_gives_its_error_away_cannot_be_used(said):
    assert parse_tampered(Generation(NAMED + said, "h", finish_reason="stop"), RIGHT_ONE) is None


def test_what_the_right_answer_says_too_gives_nothing_away():
    was, now = (f"{text}\nNote: without units." for text in (RIGHT_ONE, WRONG_ONE))
    found = parse_tampered(
        Generation(f"{NAMED}{now}\n(end of answer)", "h", finish_reason="stop"), was
    )
    assert found is not None
    assert found.text == now
