"""What a version lost is told from chance, on the queries that its parent answered too."""

import pytest

from oversight.learning.policies.over_optimised import Pleasing, Trained, distances, in_order
from oversight.learning.policies.versions_watch import Answers, Tried, variety


def texts(count, write):
    return {pk: write(pk) for pk in range(count)}


def varied(pk):
    return f"first {pk} then {pk * 7} and {pk + 100} make {pk * 3} in all of number {pk + 1000}"


def test_a_version_that_says_the_same_to_everything_has_lost_variety():
    before = Answers(texts(40, varied))
    found = variety(Answers(texts(40, lambda pk: "it is the same as always I would say")), before)
    assert found.distinct.is_loss
    assert found.alike.is_loss
    assert found.distinct.before > found.distinct.value
    assert found.losses == [
        "its answers are less varied",
        "its answers are more alike",
        "its answers are shorter",
    ]


def test_the_same_answers_are_no_loss():
    found = variety(Answers(texts(40, varied)), Answers(texts(40, varied)))
    assert found.losses == []
    assert (found.distinct.low, found.distinct.high) == (0, 0)


def test_only_queries_that_both_answered_are_compared():
    harder = texts(40, varied) | {99: "a " * 500}
    found = variety(Answers(harder), Answers(texts(40, varied)))
    assert (found.length.n, found.losses) == (40, [])


def test_few_answers_and_no_parent_say_nothing_of_a_change():
    few = variety(Answers(texts(5, lambda pk: "same")), Answers(texts(5, varied)))
    assert (few.losses, few.distinct, few.length.low) == ([], None, None)
    alone = variety(Answers(texts(40, varied)), None)
    assert (alone.losses, alone.length.before, alone.pass_first) == ([], None, None)
    nothing = variety(Answers(), None)
    assert (nothing.distinct, nothing.alike, nothing.length) == (None, None, None)


def test_samples_that_are_all_alike_lose_what_many_tries_would_find():
    """Right as often at the first try, but never where the first is wrong."""
    before = Answers(tried=[Tried(4, 2)] * 60)
    found = variety(Answers(tried=[Tried(4, 4)] * 30 + [Tried(4, 0)] * 30), before)
    assert (found.pass_first.value, found.pass_first.is_loss) == (0.5, False)
    assert (found.pass_many.before, found.pass_many.value, found.many) == (1, 0.5, 4)
    assert (found.losses, found.falls) == ([], ["of 4 samples one is right less often"])


def test_distances_add_up_along_the_line_and_stop_where_one_is_unknown():
    rows = {
        1: Trained(None, None),
        2: Trained(1, 0.2),
        3: Trained(2, 0.3),
        4: Trained(3, 0.4, is_from_base=True),
        5: Trained(1, None),
        6: Trained(5, 0.1),
    }
    assert distances(rows) == pytest.approx({1: 0, 2: 0.2, 3: 0.5, 4: 0.4})


def test_one_point_is_no_curve():
    near, far = Pleasing("a@0", 0, 0.5, 0.5, 9), Pleasing("a@1", 0.2, 0.8, 0.4, 9)
    assert in_order([far, near]) == [near, far]
    assert in_order([far]) == []
