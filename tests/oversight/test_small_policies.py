"""Targeting, splitting, seeds and reliability."""

import pytest

from oversight.attacks.policies.archive import Archive, Found
from oversight.campaigns.policies.splitting import in_share
from oversight.loop.policies.targeting import plan_slots
from oversight.statistics.seeds import derive_seed
from oversight.trust.policies.source.reliability import Agreement, estimate_reliability

FRESH = [Found(1, "a", "", "One.", 0), Found(2, "a", "", "Two.", 0), Found(3, "b", "", "Three.", 0)]


def test_slots_start_from_queries_of_their_kind() -> None:
    slots = plan_slots(50, ["a", "b"], {}, Archive(), FRESH, seed=1)
    assert {slot.near_id for slot in slots if slot.node == "b"} == {3}
    assert slots == plan_slots(50, ["a", "b"], {}, Archive(), FRESH, seed=1)


def test_slots_start_from_confirmed_failures_too() -> None:
    archive = Archive([Found(9, "b", "slip", "Four.", 1.0)])
    slots = plan_slots(50, ["a", "b"], {}, archive, FRESH, seed=1)
    assert {slot.near_id for slot in slots if slot.node == "b"} == {3, 9}


def test_slots_without_kinds_or_queries() -> None:
    bare = plan_slots(2, [], {}, Archive(), [], seed=1)
    assert [slot.near_id for slot in bare] == [None, None]
    borrowed = plan_slots(9, ["x"], {}, Archive(), FRESH[2:], seed=1)
    assert {slot.near_id for slot in borrowed} == {3}


def test_a_share_of_clusters_is_stable_and_about_right() -> None:
    inside = [c for c in map(str, range(2000)) if in_share(c, 0.1)]
    assert 150 < len(inside) < 250
    assert inside == [c for c in map(str, range(2000)) if in_share(c, 0.1)]
    assert not any(in_share(str(c), 0.0) for c in range(100))
    assert all(in_share(str(c), 1.0) for c in range(100))


def test_seeds_depend_on_every_part() -> None:
    assert derive_seed("a", 1) == derive_seed("a", 1)
    assert len({derive_seed("a", 1), derive_seed("a", 2), derive_seed("b", 1)}) == 3
    assert 0 <= derive_seed("x") < 2**31


def test_reliability_starts_at_the_prior_and_follows_the_data() -> None:
    assert estimate_reliability([]).p_w == pytest.approx(8 / 9)
    wrong = [Agreement(True, False)] * 91
    assert estimate_reliability(wrong).p_w == pytest.approx(0.08)
    assert estimate_reliability(wrong).p_l == pytest.approx(0.92)
