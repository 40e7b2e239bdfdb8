"""What a questioner is shown of earlier questions of a kind."""

from oversight.attacks.policies.confirming import Confirmed, Outcome
from oversight.attacks.policies.history import histories
from oversight.attacks.policies.weakness import Try


def tries(kind, outcome, first, count, fault=""):
    return [
        Try(pk, kind, f"c{pk}", Confirmed(outcome, "checker", fault))
        for pk in range(first, first + count)
    ]


def test_most_of_it_are_failures_of_the_same_kind():
    known = [
        *tries("ages", Outcome.FAILED, 1, 10),
        *tries("ages", Outcome.HELD, 20, 10),
        *tries("money", Outcome.FAILED, 40, 10),
    ]
    [shown] = histories(["ages"], known, seed=1)
    assert [score for _, score in shown] == [0, 0, 0, 0, 1, 1]
    assert all(pk < 40 for pk, _ in shown)


def test_what_nobody_confirmed_or_is_not_fair_is_not_shown():
    known = [*tries("ages", Outcome.OPEN, 1, 5), *tries("ages", Outcome.UNFAIR, 10, 5)]
    assert histories(["ages", "money"], known, seed=1) == [[], []]


def test_each_way_to_fail_comes_before_a_second_of_another():
    known = [
        *tries("ages", Outcome.FAILED, 1, 30, "forgets the last step"),
        *tries("ages", Outcome.FAILED, 50, 3, "adds"),
        *tries("ages", Outcome.FAILED, 60, 3, "halves"),
    ]
    for shown in histories(["ages"] * 20, known, seed=1):
        ids = [pk for pk, _ in shown]
        assert any(50 <= pk < 60 for pk in ids)
        assert any(pk >= 60 for pk in ids)


def test_questions_of_one_kind_start_from_different_ones_and_the_same_seed_draws_the_same():
    known = tries("ages", Outcome.FAILED, 1, 30)
    drawn = histories(["ages"] * 5, known, seed=1)
    assert len({tuple(shown) for shown in drawn}) > 1
    assert histories(["ages"] * 5, known, seed=1) == drawn


def test_few_failures_leave_room_for_others():
    known = [*tries("ages", Outcome.FAILED, 1, 1), *tries("ages", Outcome.HELD, 20, 10)]
    [shown] = histories(["ages"], known, seed=1)
    assert sorted(score for _, score in shown) == [0, 1, 1, 1, 1, 1]
