"""The map of weaknesses and where the attacker looks next."""

import pytest

from oversight.attacks.policies.confirming import Confirmed, Outcome
from oversight.attacks.policies.looking import Evidence, draw_kinds, shares
from oversight.attacks.policies.weakness import Try, evidence_of, weakness_map

FAILED = Confirmed(Outcome.FAILED, "checker")
HELD = Confirmed(Outcome.HELD, "checker")
UNFAIR = Confirmed(Outcome.UNFAIR, "checker")
OPEN = Confirmed(Outcome.OPEN)


def tries(kind, confirmed, count, *, cluster="", updates_ago=0, start=0):
    numbers = range(start, start + count)
    return [Try(n, kind, cluster or f"{kind}{n}", confirmed, updates_ago) for n in numbers]


def test_unfair_queries_count_against_and_open_ones_not_at_all():
    found = weakness_map(
        [*tries("a", FAILED, 2), *tries("a", HELD, 1), *tries("a", UNFAIR, 1), *tries("a", OPEN, 6)],
        ["a"],
        {},
        seed=1,
    )  # fmt: skip
    (row,) = found.rows
    assert (row.tries, row.checked, row.failed, row.unfair) == (10, 4, 2, 1)
    assert row.rate.value == 0.5
    assert row.rate.low < 0.1
    assert row.rate.high > 0.9


def test_who_confirmed_is_told_apart():
    by_person = Confirmed(Outcome.FAILED, "person")
    (row,) = weakness_map([*tries("a", FAILED, 2), *tries("a", by_person, 1)], ["a"], {}, 1).rows
    assert (row.failed, row.by_people, row.by_checker) == (3, 1, 2)


def test_a_kind_is_covered_from_30_tries_on():
    found = weakness_map([*tries("a", HELD, 30), *tries("b", HELD, 29)], ["a", "b", "c"], {}, 1)
    assert (found.covered, found.kinds) == (1, 3)
    assert {row.kind: row.is_covered for row in found.rows} == {"a": True, "b": False, "c": False}


def test_failures_that_are_alike_are_one_way_to_fail():
    named = Confirmed(Outcome.FAILED, "checker", fault="wrong operation")
    alike = [*tries("a", FAILED, 50, cluster="same"), *tries("a", named, 50)]
    found = weakness_map(alike, ["a"], {}, 1)
    assert found.total.clusters == 2
    assert found.clusters.value == pytest.approx(2)


def test_ways_to_fail_are_counted_at_one_size_and_not_below_it():
    assert weakness_map(tries("a", FAILED, 99), ["a"], {}, 1).clusters is None
    many = weakness_map(tries("a", FAILED, 1000), ["a"], {}, 1).clusters
    assert (many.size, many.n) == (100, 1000)
    assert many.value == pytest.approx(100)
    half = [*tries("a", FAILED, 100), *tries("a", HELD, 100, start=100)]
    assert weakness_map(half, ["a"], {}, 1).clusters.value == pytest.approx(50)


def test_kinds_out_of_the_taxonomy_are_shown_and_not_looked_at():
    found = weakness_map(tries("typed by hand", FAILED, 3), ["a"], {}, 1)
    assert {row.kind: row.next_share for row in found.rows} == {"a": 1.0, "typed by hand": None}


def test_the_next_queries_go_where_failures_are_confirmed():
    known = {"fails": Evidence(45, 5), "holds": Evidence(5, 45)}
    share = shares(["fails", "holds"], known, seed=1)
    assert share["fails"] == pytest.approx(0.95, abs=0.02)  # a tenth goes to both alike


def test_a_kind_that_is_hardly_known_is_tried_too():
    known = {"known": Evidence(30, 30), "unknown": Evidence()}
    assert 0.3 < shares(["known", "unknown"], known, seed=1)["unknown"] < 0.7


def test_the_critics_opinion_only_leads_where_nothing_is_confirmed():
    opinion = {"a": Evidence(opinion=0.9), "b": Evidence(opinion=0.1)}
    assert shares(["a", "b"], opinion, 1)["a"] > 0.8
    confirmed = {"a": Evidence(0, 40, opinion=0.9), "b": Evidence(20, 20, opinion=0.1)}
    assert shares(["a", "b"], confirmed, 1)["a"] < 0.1


def test_the_same_seed_gives_the_same_kinds():
    known = {"a": Evidence(3, 1), "b": Evidence(1, 3)}
    assert draw_kinds(50, ["a", "b"], known, 7) == draw_kinds(50, ["a", "b"], known, 7)
    assert draw_kinds(50, ["a", "b"], known, 7) != draw_kinds(50, ["a", "b"], known, 8)
    assert draw_kinds(2, [], {}, 1) == ["", ""]


def test_tries_of_earlier_versions_count_for_less_and_open_ones_for_nothing():
    rows = [*tries("a", FAILED, 4, updates_ago=1), *tries("a", HELD, 3), *tries("a", OPEN, 9)]
    assert evidence_of(rows, ["a"], {"a": 0.2})["a"] == Evidence(2.0, 3.0, 0.2)


def test_a_hole_that_is_known_is_worth_less_each_time():
    known = evidence_of(tries("a", FAILED, 4, cluster="same"), ["a"], {})["a"]
    assert known.failed == pytest.approx(1 + 1 / 2 + 1 / 3 + 1 / 4)
    assert known.failed + known.other == pytest.approx(4)
