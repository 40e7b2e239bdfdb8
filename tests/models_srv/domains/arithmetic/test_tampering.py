"""An error put into a right solution makes it wrong, and says where."""

import random

import pytest

from models_srv.domains.arithmetic.checker import findings, is_correct
from models_srv.domains.arithmetic.problems import draw_queries
from models_srv.domains.arithmetic.reading import read_problem
from models_srv.domains.arithmetic.solutions import right_solution
from models_srv.domains.arithmetic.tampering import tamper


def test_one_error_is_put_in_and_carried_on_to_a_wrong_end():
    for query in draw_queries("train", 60, seed=5):
        solution = right_solution(read_problem(query.text))
        tampered = tamper(solution, random.Random(query.text))
        assert is_correct(query.text, solution)
        assert is_correct(query.text, tampered.text) is False
        found = findings(query.text, tampered.text)
        assert [each.category for each in found] == ["arithmetic slip"]
        assert tampered.problem == f"“{found[0].right}” was changed to “{found[0].quote}”."


def test_the_same_seed_puts_in_the_same_error():
    solution = "4 * 7 = 28\n31 + 28 = 59\n59 - 9 = 50\n#### 50"
    assert tamper(solution, random.Random(1)) == tamper(solution, random.Random(1))


@pytest.mark.parametrize("text", ["", "It is fifty.", "#### 50"])
def test_without_a_line_of_arithmetic_there_is_nothing_to_tamper_with(text):
    assert tamper(text, random.Random(0)) is None
