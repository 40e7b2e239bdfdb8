"""Whether a critic chooses better than chance."""

import pytest

from oversight.learning.policies.critic_gap import (
    Asked,
    Sample,
    gap_by_people,
    gap_by_truth,
    gap_words,
)


def asked(rows, cluster):
    return Asked(cluster, [Sample(p, right) for p, right in rows])


GOOD = [(0.1, 1.0), (0.9, 0.0), (0.8, 0.0), (0.7, 1.0)]
BAD = [(0.9, 1.0), (0.1, 0.0), (0.8, 0.0), (0.7, 1.0)]
UNSURE = [(0.5, 1.0), (0.5, 0.0)]


def gap(*rows):
    return gap_by_truth([asked(each, str(at)) for at, each in enumerate(rows)], seed=1)


def test_a_critic_that_knows_finds_the_right_one():
    found = gap(*[GOOD] * 30)
    assert (found.chosen, found.by_lot, found.value, found.n) == (1, 0.5, 0.5, 30)
    assert not found.holds_chance


def test_a_critic_that_is_right_as_often_as_not_is_chance():
    found = gap(*[GOOD] * 15, *[BAD] * 15)
    assert found.value == 0
    assert found.low < 0 < found.high
    assert found.holds_chance


def test_of_several_that_it_likes_best_each_is_taken_as_often():
    assert gap(UNSURE, UNSURE).value == 0


def test_near_copies_of_one_query_are_one():
    few = gap_by_truth([asked(GOOD, "a")] * 15 + [asked(BAD, "b")] * 5, seed=1)
    assert few.holds_chance
    assert not gap(*[GOOD] * 15, *[BAD] * 5).holds_chance


@pytest.mark.parametrize(("agreed", "pairs", "is_chance"), [(40, 50, False), (28, 50, True)])
def test_by_people_it_is_agreement_above_a_half(agreed, pairs, is_chance):
    found = gap_by_people(agreed, pairs)
    assert found.value == pytest.approx(agreed / pairs - 0.5)
    assert found.holds_chance == is_chance


def test_nothing_asked_is_not_measured():
    assert gap_by_truth([], seed=1) is None
    assert gap_by_people(0, 0) is None
    assert gap_words({}) == ""
