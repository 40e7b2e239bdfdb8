"""Which queries a round is about: what people brought beside what the attacker writes."""

import pytest

from oversight.attacks.policies.looking import Evidence, draw_kinds
from oversight.errors import InvalidCampaign
from oversight.loop.policies.plan_words import WRITES, told_slots
from oversight.loop.selectors.pool import has_run_out
from oversight.loop.selectors.rounds import rounds_of
from oversight.loop.services.rounds import start_round
from oversight.models import ActiveVersion, Query, Stage
from tests.factories import make_query, set_settings

pytestmark = pytest.mark.fault("models-and-attackers")


@pytest.fixture
def imported(campaign):
    return [make_query(campaign, f"How much is {n} and 1?") for n in range(6)]


def pool_slots(round_):
    return [slot for slot in round_.plan["slots"] if slot.get("pool")]


def test_imported_queries_are_used_beside_an_attacker(campaign, imported, drive):
    round_ = start_round(campaign=campaign)
    assert len(round_.plan["slots"]) == 24
    assert len(pool_slots(round_)) == 6
    assert set(Query.objects.filter(round=round_)) == set(imported)
    drive(round_, Stage.RESPOND)
    origins = list(
        Query.objects.filter(round=round_).order_by("slot").values_list("origin", flat=True)
    )
    assert origins == ["imported"] * 6 + ["attacker"] * 18


def test_they_are_at_most_the_campaigns_share(campaign, imported):
    set_settings(campaign, pool_share=0.125)
    assert len(pool_slots(start_round(campaign=campaign))) == 3


def test_with_a_share_of_0_the_attacker_writes_all(campaign, imported):
    set_settings(campaign, pool_share=0)
    assert pool_slots(start_round(campaign=campaign)) == []


def test_with_a_share_of_1_the_attacker_writes_none(campaign, drive):
    set_settings(campaign, pool_share=1, queries_per_round=4)
    for n in range(4):
        make_query(campaign, f"How much is {n} and 2?")
    round_ = start_round(campaign=campaign)
    assert len(pool_slots(round_)) == 4
    assert round_.attacker is None
    drive(round_, Stage.RESPOND)
    assert Query.objects.filter(round=round_).count() == 4


def test_nor_what_the_pool_lacks_and_the_plan_says_so(campaign, imported):
    set_settings(campaign, pool_share=1, queries_per_round=10)
    round_ = start_round(campaign=campaign)
    assert len(round_.plan["slots"]) == 6
    words = "Its 6 queries were imported, not 10: no more were left unused."
    assert told_slots(round_.plan) == words


def test_with_a_share_of_1_and_nothing_left_no_round_starts_and_it_says_why(campaign):
    set_settings(campaign, pool_share=1)
    assert has_run_out(campaign, has_attacker=True)
    with pytest.raises(InvalidCampaign, match="none is left unused: add queries, or let the attac"):
        start_round(campaign=campaign)


def test_without_an_attacker_a_whole_round_runs_from_imported_queries(campaign, drive, judge_all):
    ActiveVersion.objects.filter(campaign=campaign, role="attacker").delete()
    Query.objects.train().filter(campaign=campaign).delete()
    for n in range(4):
        make_query(campaign, f"How much is {n} and 2?")
    round_ = drive(start_round(campaign=campaign), Stage.REVIEW)
    judge_all(round_)
    assert drive(round_, Stage.DONE).finished_at
    assert set(Query.objects.filter(round=round_).values_list("origin", flat=True)) == {"imported"}
    assert has_run_out(campaign, has_attacker=False)
    with pytest.raises(InvalidCampaign, match="no attacker and no unused queries"):
        start_round(campaign=campaign)


@pytest.mark.parametrize(
    ("imported", "written", "words"),
    [
        (0, 0, ""),
        (0, 5, "The attacker wrote its 5 queries."),
        (1, 0, "Its 1 query was imported, not 5: no more were left unused."),
        (5, 0, "Its 5 queries were imported."),
        (2, 3, "Of its 5 queries 2 were imported; the attacker wrote 3."),
        (1, 4, "Of its 5 queries 1 was imported; the attacker wrote 4."),
    ],
)
def test_a_plan_says_where_its_queries_come_from(imported, written, words):
    slots = [{"pool": True}] * imported + [{"node": "sums"}] * written
    assert told_slots({"slots": slots, "queries_per_round": 5}) == words


@pytest.mark.parametrize(
    ("imported", "written", "words"),
    [
        (0, 5, "The attacker is to write its 5 queries."),
        (5, 0, "Its 5 queries are imported."),
        (1, 4, "Of its 5 queries 1 is imported; the attacker is to write 4."),
        (2, 3, "Of its 5 queries 2 are imported; the attacker is to write 3."),
    ],
)
def test_what_the_attacker_is_to_write_is_not_said_to_be_there(imported, written, words):
    slots = [{"pool": True}] * imported + [{"node": "sums"}] * written
    assert told_slots({"slots": slots, "queries_per_round": 5}, WRITES) == words


@pytest.mark.parametrize(
    ("imported", "words"),
    [
        (0, " 5 were meant to be imported, but none that people brought were left unused;"),
        (2, " 5 were meant to be imported, but no more that people brought were left unused;"),
        (5, ""),
    ],
)
def test_a_plan_says_why_fewer_are_imported_than_its_share(imported, words):
    slots = [{"pool": True}] * imported + [{"node": "sums"}] * (10 - imported)
    said = told_slots({"slots": slots, "queries_per_round": 10, "pool_share": 0.5})
    assert ("meant to be imported" in said) == bool(words)
    assert words in said


def test_what_a_template_drew_is_not_asked_about_beside_an_attacker(campaign):
    assert Query.objects.train().filter(campaign=campaign, origin="template").exists()
    assert pool_slots(start_round(campaign=campaign)) == []


def test_the_share_is_frozen_with_the_plan(campaign):
    assert start_round(campaign=campaign).plan["pool_share"] == 0.5


@pytest.mark.fault("bounds")
def test_a_list_of_rounds_does_not_read_their_plans(campaign, django_assert_num_queries):
    start_round(campaign=campaign)
    with django_assert_num_queries(1):
        (row,) = rounds_of(campaign)
        assert row.update_only is None
    assert "plan" in row.get_deferred_fields()


def test_the_plan_keeps_what_the_attacker_aimed_by(campaign):
    """With the round's seed it gives the same kinds again, whatever is confirmed later."""
    round_ = start_round(campaign=campaign)
    known = {kind: Evidence(**row) for kind, row in round_.plan["aim"].items()}
    written = [slot["node"] for slot in round_.plan["slots"] if not slot.get("pool")]
    assert written == draw_kinds(len(written), campaign.basics.taxonomy, known, round_.seed)
