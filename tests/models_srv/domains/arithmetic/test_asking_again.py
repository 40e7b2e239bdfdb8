"""Problems asked again in other words come to the same; answers to them agree or contradict."""

from random import Random

import pytest

from models_srv.domains.arithmetic.checker import truth
from models_srv.domains.arithmetic.domain import ARITHMETIC
from models_srv.domains.arithmetic.problems import draw_queries
from models_srv.domains.arithmetic.reading import read_problem
from models_srv.domains.arithmetic.solutions import right_solution
from models_srv.domains.domain import AskedAgain
from models_srv.domains.instructions.domain import INSTRUCTIONS

QUERIES = [each.text for split in ("train", "held_out") for each in draw_queries(split, 100, 5)]


@pytest.mark.parametrize("query", QUERIES)
def test_in_other_words_a_problem_comes_to_the_same_with_wordings_of_its_split(query):
    problem = read_problem(query)
    again = ARITHMETIC.ask_again(query, right_solution(problem), Random(query))
    assert again
    for each in again:
        assert each.question != query
        assert truth(each.question) == truth(query)
        assert each.claim == f"#### {truth(query)}"
        reworded = read_problem(each.question)
        splits = {sentence.template.split for sentence in (*problem.sentences, *reworded.sentences)}
        assert len(splits) == 1


def test_the_same_draw_asks_the_same():
    draws = [
        ARITHMETIC.ask_again(QUERIES[0], "2 + 3 = 5\n#### 5", Random(seed)) for seed in (1, 1, 2)
    ]
    assert draws[0] == draws[1] != draws[2]


def test_a_wrong_result_is_asked_again_like_a_right_one():
    again = ARITHMETIC.ask_again(QUERIES[0], "2 + 3 = 6\n#### 6", Random(1))
    assert {each.claim for each in again} == {"#### 6"}


@pytest.mark.parametrize(
    ("query", "response"),
    [
        ("Write a poem.", "#### 6"),
        (QUERIES[0], "no result"),
        (QUERIES[0], ""),
        (QUERIES[0], "2 + 3 = 5"),
    ],
)
def test_what_is_no_problem_or_comes_to_nothing_is_not_asked(query, response):
    assert ARITHMETIC.ask_again(query, response, Random(1)) == []


@pytest.mark.parametrize(
    ("claim", "answer", "contradicts"),
    [
        ("#### 6", "2 + 4 = 6\n#### 6", False),
        ("#### 6", "2 + 3 = 5\n#### 5", True),
        ("#### 6", "2 + 4 = 6", None),
        ("#### 6", "I do not know.", None),
        ("#### 6", "", None),
    ],
)
def test_another_number_contradicts(claim, answer, contradicts):
    assert ARITHMETIC.contradicts(AskedAgain(claim, "?"), answer) is contradicts


def test_a_domain_that_does_not_know_how_asks_nothing():
    query = INSTRUCTIONS.queries("train", 1, 1)[0].text
    assert INSTRUCTIONS.ask_again(query, "An answer.", Random(1)) == []
    assert INSTRUCTIONS.contradicts(AskedAgain("a", "b"), "c") is None
