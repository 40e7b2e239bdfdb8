"""Which earlier queries attacks start from, and how much alike queries are."""

from collections import Counter

import pytest

from oversight.attacks.policies.archive import Archive, Found
from oversight.attacks.policies.likeness import grams, likeness, nearest

KINDS = ["sums"] * 400


def found(key, style, text="Ann has 3 of them now.", quality=1.0):
    return Found(key, "sums", style, text, quality)


def test_numbers_and_names_make_no_difference():
    one, other = grams("Ann has 3 beads in a box."), grams("Ben has 71 beads in a box.")
    assert likeness(one, other) == 1
    assert 0 < likeness(one, grams("Ann has 3 beads on a table.")) < 1
    assert likeness(one, grams("Where does the walk end today?")) == 0
    assert nearest(one, []) == 0
    assert likeness(grams(""), grams("")) == pytest.approx(1)


def test_a_hole_with_many_queries_is_one_cell():
    archive = Archive([found(n, "slip") for n in range(99)] + [found(99, "dropped step")])
    assert len(archive.cells) == 2
    chosen = Counter(parent.style for parent in archive.parents(KINDS, [], 1))
    assert chosen["dropped step"] > chosen["slip"]


def test_cells_that_are_chosen_often_are_chosen_less():
    archive = Archive([found(1, "a"), found(2, "b")])
    chosen = Counter(parent.key for parent in archive.parents(KINDS, [], 1))
    assert abs(chosen[1] - chosen[2]) < 60


def test_what_did_not_fail_has_no_cell():
    assert not Archive([found(1, "a", quality=0.0)]).cells


def test_the_latest_of_equal_ones_is_kept_and_the_better_one_before_it():
    archive = Archive([found(1, "a"), found(2, "a"), found(3, "a", quality=0.5)])
    assert archive.cells["sums", "a"].elite.key == 2


def test_fresh_queries_are_those_least_like_what_was_found():
    archive = Archive([found(1, "a", "Ann loses half of them.")])
    near, far = found(2, "", "Ben loses half of them."), found(3, "", "They are shared in piles.")
    chosen: Counter[int] = Counter()
    for seed in range(60):
        (parent,) = archive.parents(["sums"], [near, far], seed)
        chosen[parent.key] += 1
    assert chosen[2] == 0
    assert 36 < chosen[3] < 54


def test_without_anything_found_it_starts_from_fresh_ones_and_takes_none_twice():
    fresh = [found(n, "", f"Text of kind {'abcdef'[n]} alone.") for n in range(6)]
    parents = Archive().parents(["sums"] * 6, fresh, 1)
    assert {parent.key for parent in parents} == set(range(6))


def test_a_kind_without_anything_gives_nothing_to_start_from():
    assert Archive().parents(["shares"], [found(1, "")], 1) == [None]


def test_the_same_seed_gives_the_same_parents():
    archive = Archive([found(n, f"s{n}") for n in range(9)])
    assert archive.parents(KINDS, [], 3) == archive.parents(KINDS, [], 3)
