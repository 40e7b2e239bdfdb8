import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oversight.asking.policies.leverage import TwoViews, leverages

CHANCES = st.none() | st.floats(0, 1)
MARGINS = st.none() | st.floats(-1e4, 1e4)


@given(st.lists(st.tuples(CHANCES, MARGINS), max_size=12))
def test_it_stays_between_nothing_and_twice(pairs):
    found = leverages([TwoViews(*pair) for pair in pairs])
    assert len(found) == len(pairs)
    assert all(0 <= each <= 2 for each in found)


@pytest.mark.parametrize(("p", "margin"), [(None, 3.0), (0.5, 3.0), (0.9, None), (0.9, 0.0)])
def test_who_has_no_view_contradicts_nobody(p, margin):
    known = TwoViews(0.9, -3.0)  # what the others are measured by
    assert leverages([known, TwoViews(p, margin)])[1] == 1
    assert leverages([TwoViews(p, margin)]) == [1]


def test_the_surer_the_learner_is_of_the_other_answer_the_more():
    views = [TwoViews(p, margin) for p, margin in ((0.9, -9.0), (0.1, 4.0), (0.9, 4.0), (0.9, 9.0))]
    found = leverages(views)
    assert found == sorted(found, reverse=True)
    assert found[1] > 1 > found[2]


def test_which_answer_is_called_a_does_not_matter():
    assert leverages([TwoViews(0.8, -2.0)]) == pytest.approx(leverages([TwoViews(0.2, 2.0)]))


def test_nats_of_longer_answers_are_measured_by_their_like():
    views = [(0.9, -2.0), (0.9, 1.5), (0.9, -30.0)]
    longer = [TwoViews(p, 100 * margin) for p, margin in views]
    assert leverages(longer) == pytest.approx(leverages([TwoViews(*each) for each in views]))


def test_one_long_answer_leaves_the_others_as_they_are():
    views = [TwoViews(0.9, margin) for margin in (-3.0, 3.0, 5.0, -8.0)]
    assert leverages([*views, TwoViews(0.9, -4e4)])[:4] == pytest.approx(
        leverages([*views, TwoViews(0.9, -8.0)])[:4]
    )


@pytest.mark.parametrize(("p", "margin"), [(0.9, 1e-9), (0.500001, 3.0), (0.9, math.nan)])
def test_next_to_nothing_is_no_side(p, margin):
    assert leverages([TwoViews(p, margin)]) == pytest.approx([1], abs=1e-4)
