"""How good a critic is, against figures reckoned by hand."""

import numpy as np
import pytest

from models_srv.evaluation import area_under_roc
from oversight.trust.policies.source.critic_figures import (
    ReadAnswer,
    ReadComment,
    critic_figures,
)

RIGHT = ReadComment(True, "critical", True)
MADE_UP = ReadComment(False, "major", False)
NITPICK = ReadComment(True, "nitpick", True)


def read(is_flawed, p, *comments):
    return ReadAnswer(f"{is_flawed} {p} {len(comments)}", is_flawed, comments, p)


def test_shares_are_of_flawed_answers_of_comments_and_of_all_answers():
    figures = critic_figures(
        [
            read(True, 0.9, RIGHT, MADE_UP),
            read(True, 0.8, RIGHT),
            read(True, 0.7, MADE_UP, MADE_UP),
            read(True, 0.2),
            read(False, 0.6, MADE_UP),
            read(False, 0.1, NITPICK),
            read(False, 0.0),
        ]
    )
    assert figures.answers == 7
    assert (figures.bugs_caught.successes, figures.bugs_caught.count) == (2, 4)
    assert (figures.hallucinated.successes, figures.hallucinated.count) == (4, 7)
    assert (figures.made_up.successes, figures.made_up.count) == (3, 7)
    assert (figures.nitpicks.successes, figures.nitpicks.count) == (1, 7)
    assert (figures.quotes_found.successes, figures.quotes_found.count) == (3, 7)
    assert figures.by_severity["critical"].value == 0.5
    # Of 4 × 3 pairs the flawed one is higher in all but .2 against .6.
    assert figures.auroc.value == pytest.approx(11 / 12)
    assert figures.auroc.low <= figures.auroc.value <= figures.auroc.high
    # Each in its bin of ten: .1, .2, .3 and .8 off among the flawed, .6, .1 and 0 among the right.
    assert figures.ece.value == pytest.approx((0.1 + 0.2 + 0.3 + 0.8 + 0.6 + 0.1 + 0.0) / 7)


def test_a_tie_counts_one_half():
    assert area_under_roc(np.array([0.5, 0.5]), np.array([True, False])) == 0.5


def test_an_answer_without_a_verdict_says_nothing_of_the_probability():
    figures = critic_figures([read(True, None, RIGHT), read(True, 0.9), read(False, 0.1)])
    assert figures.auroc.n == 2
    assert figures.bugs_caught.count == 2


@pytest.mark.parametrize("rows", [[], [read(True, 0.9)], [read(False, 0.1)]])
def test_where_all_are_alike_no_area_is_told(rows):
    figures = critic_figures(rows)
    assert figures.auroc is None
    assert figures.ece is None


def test_nothing_read_has_no_share():
    assert critic_figures([]).bugs_caught.value is None
