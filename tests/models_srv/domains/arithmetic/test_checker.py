"""The checker against cases written by hand, and against the generators."""

import random

import pytest

from models_srv.domains.arithmetic import checker
from models_srv.domains.arithmetic.making.faults import CATEGORIES
from models_srv.domains.arithmetic.making.streams import mark
from models_srv.domains.arithmetic.problems import TAXONOMY, draw_problem
from models_srv.domains.arithmetic.solutions import habit_solution, right_solution

BOXES = (
    "Noor has 31 beads. Then 4 boxes of 7 arrive. There are 12 chairs in the room. "
    "Then 9 are lost. How many beads now?"
)
FEWER = "Tom has 29 books. Ben has 5 fewer than Tom. How many does Ben have?"
RIGHT = "4 * 7 = 28\n31 + 28 = 59\n59 - 9 = 50\n#### 50"


@pytest.mark.parametrize(
    ("query", "answer"),
    [
        pytest.param(BOXES, 50, id="groups-and-fact"),
        pytest.param(FEWER, 24, id="fewer"),
        pytest.param("Tom has 24 pens. Tom loses half of them. How many pens now?", 12, id="half"),
        pytest.param("", None, id="empty"),
        pytest.param("Tom has 24 pens. How many pens now?", None, id="nothing-happens"),
        pytest.param(
            "Tom has 5 pens. Then 9 are lost. How many pens now?", None, id="below-nothing"
        ),
        pytest.param(
            "Tom has 25 pens. Tom loses half of them. How many pens now?", None, id="inexact"
        ),
        pytest.param(
            "Tom has 25 pens. Then 9 eggs arrive. How many pens now?", None, id="other-things"
        ),
        pytest.param(
            "Tom has 25 pens. Later Ben gets 9 more. How many pens now?", None, id="stranger"
        ),
        pytest.param(
            "Tom has 9 pens. Tom has 5 more than Tom. How many does Tom have?", None, id="self"
        ),
        pytest.param(
            "Tom has 9 pens. Ben has 5 more than Tom. How many pens now?", None, id="whose"
        ),
        pytest.param("Tom makes 9 soups. Then 4 arrive. How many soups now?", None, id="unknown"),
    ],
)
def test_truth(query: str, answer: int | None) -> None:
    assert checker.truth(query) == answer


@pytest.mark.parametrize(
    ("response", "is_correct"),
    [
        pytest.param(RIGHT, True, id="right"),
        pytest.param("Let me think.\n" + RIGHT, True, id="padded"),
        pytest.param(RIGHT.replace("#### 50", "#### 51"), False, id="other-number"),
        pytest.param(RIGHT.replace("\n#### 50", ""), False, id="no-last-line"),
        pytest.param(RIGHT + "\nBye.", False, id="goes-on"),
        pytest.param("", False, id="empty"),
    ],
)
def test_is_correct(response: str, is_correct: bool) -> None:
    assert checker.is_correct(BOXES, response) is is_correct


def test_is_correct_is_none_where_the_query_is_not_valid() -> None:
    assert checker.is_correct("Why?", RIGHT) is None
    assert checker.first_error("Why?", RIGHT) is None


@pytest.mark.parametrize(
    ("response", "error"),
    [
        pytest.param(RIGHT, None, id="right"),
        pytest.param("7 * 4 = 28\n28 + 31 = 59\n59 - 9 = 50\n#### 50", None, id="other-order"),
        pytest.param("Now then.\n" + RIGHT, None, id="padding-is-no-error"),
        pytest.param(
            "4 * 7 = 27\n31 + 27 = 58\n58 - 9 = 49\n#### 49",
            ("4 * 7 = 27", "arithmetic slip", "4 * 7 = 28"),
            id="slip",
        ),
        pytest.param(
            "31 + 7 = 38\n38 - 9 = 29\n#### 29",
            ("31 + 7 = 38", "dropped step", "4 * 7 = 28"),
            id="dropped-product",
        ),
        pytest.param(
            "4 * 7 = 28\n31 + 28 = 59\n59 + 12 = 71\n71 - 9 = 62\n#### 62",
            ("59 + 12 = 71", "irrelevant fact", "(leave this line out)"),
            id="irrelevant",
        ),
        pytest.param(
            "4 * 7 = 28\n31 + 28 = 59\n59 + 9 = 68\n#### 68",
            ("59 + 9 = 68", "wrong operation", "59 - 9 = 50"),
            id="operation",
        ),
        pytest.param(
            "4 * 7 = 28\n31 + 28 = 59\n59 - 8 = 51\n#### 51",
            ("59 - 8 = 51", "wrong number", "59 - 9 = 50"),
            id="number",
        ),
        pytest.param(
            "4 * 7 = 28\n31 + 28 = 59\n#### 59",
            ("#### 59", "dropped step", "59 - 9 = 50"),
            id="dropped-at-the-end",
        ),
        pytest.param(
            "31 - 9 = 22\n#### 22",
            ("31 - 9 = 22", "dropped step", "4 * 7 = 28"),
            id="dropped-event",
        ),
        pytest.param(
            "4 * 7 = 28\n31 + 28 = 59\n59 - 9 = 50",
            ("59 - 9 = 50", "missing last line", "#### 50"),
            id="no-last-line",
        ),
        pytest.param(
            RIGHT.replace("#### 50", "#### 59"),
            ("#### 59", "wrong last line", "#### 50"),
            id="wrong-last-line",
        ),
        pytest.param("", ("", "missing last line", "#### 50"), id="empty"),
    ],
)
def test_first_error(response: str, error: tuple[str, str, str] | None) -> None:
    assert checker.first_error(BOXES, response) == error


@pytest.mark.parametrize(
    ("quote", "category", "is_valid"),
    [
        pytest.param("29 + 5 = 34", "wrong operation", True, id="the-line"),
        pytest.param(" 29 +  5 = 34", "arithmetic slip", True, id="lenient-on-category"),
        pytest.param("29 + 5 = 34", "padding", False, id="an-error-is-no-padding"),
        pytest.param("#### 34", "wrong last line", False, id="only-carried-on"),
        pytest.param("Now then.", "padding", True, id="padding"),
        pytest.param("Now then.", "wrong operation", False, id="padding-is-no-error"),
        pytest.param("30 + 5 = 34", "wrong operation", False, id="not-in-the-response"),
        pytest.param("", "wrong operation", False, id="empty"),
    ],
)
def test_comment_is_valid(quote: str, category: str, is_valid: bool) -> None:
    response = "Now then.\n29 + 5 = 34\n#### 34"
    assert checker.comment_is_valid(FEWER, response, quote, category) is is_valid


def test_every_wrong_line_may_be_commented_not_only_the_first() -> None:
    response = "4 * 7 = 28\n31 + 28 = 58\n58 + 12 = 70\n70 - 9 = 61\n#### 61"
    assert checker.comment_is_valid(BOXES, response, "58 + 12 = 70", "irrelevant fact")


@pytest.mark.parametrize("split", ["train", "held_out"])
@pytest.mark.parametrize("node", TAXONOMY)
def test_right_solutions_are_right_and_habits_are_found(node: str, split: str) -> None:
    rng = random.Random(node)
    for _ in range(100):
        problem = draw_problem(node, split, rng)  # type: ignore[arg-type]
        right, habit = right_solution(problem), habit_solution(problem, rng)
        assert checker.is_correct(problem.text, right)
        assert checker.findings(problem.text, right) == []
        if habit != right and node != "groups added":
            assert checker.is_correct(problem.text, habit) is False
            assert checker.first_error(problem.text, habit)


@pytest.mark.parametrize("split", ["train", "held_out"])
def test_inserted_faults_are_found_where_they_were_put(split: str) -> None:
    rng, same = random.Random(split), []
    for _ in range(2000):
        problem = draw_problem(rng.choice(TAXONOMY), split, rng)  # type: ignore[arg-type]
        marked = mark(problem, rng)
        assert all(fault.category in CATEGORIES for fault in marked.faults)
        error = checker.first_error(problem.text, marked.response)
        assert marked.is_flawed == (error is not None)
        if error is not None:
            fault = marked.faults[0]
            assert error[0] == fault.quote
            same.append(error[1:] == (fault.category, fault.right))
    assert sum(same) / len(same) > 0.98  # a swapped sign can read as a step that was left out
