"""Which earlier queries an attacker may start from."""

import pytest

from oversight.attacks.selectors.parents import FRESH_PER_KIND, archive_of, fresh_queries
from oversight.attacks.selectors.tries import tries_of
from oversight.models import AttackFinding, Query
from tests.factories import make_campaign, make_query, make_response, make_round, make_version

pytestmark = pytest.mark.django_db


@pytest.fixture
def round_():
    return make_round(make_version(make_campaign(taxonomy=["sums"])))


def failing(round_, text, fault, **fields):
    query = make_query(round_.campaign, text, round=round_, node="sums", **fields)
    answer = make_response(query, "Wrong.", version=round_.learner)
    AttackFinding.objects.create(
        query=query, response=answer, source="checker", checker="arithmetic",
        is_fair=True, fails=True, fault=fault,
    )  # fmt: skip
    return query


def archive(round_):
    return archive_of(round_.campaign, tries_of(round_.campaign))


def test_the_latest_failure_of_each_way_to_fail_is_an_elite(round_):
    failing(round_, "One?", "slip")
    later, other = failing(round_, "Two?", "slip"), failing(round_, "Three?", "dropped step")
    elites = {cell.elite.key: cell.visits for cell in archive(round_).cells.values()}
    assert elites == {later.pk: 2, other.pk: 1}


def test_a_held_out_query_is_never_one(round_):
    failing(round_, "One?", "slip", split="held_out")
    assert not archive(round_).cells
    make_query(round_.campaign, "Two?", node="sums", split="held_out")
    assert fresh_queries(round_.campaign, ["sums"], archive(round_)) == []


def test_fresh_ones_are_no_elites_and_usable(round_):
    failing(round_, "One?", "slip")
    other = make_query(round_.campaign, "Two?", node="sums")
    make_query(round_.campaign, "Three?", node="sums", rejected_reason="empty")
    make_query(round_.campaign, "Four?", node="another kind")
    fresh = fresh_queries(round_.campaign, ["sums"], archive(round_))
    assert [each.key for each in fresh] == [other.pk]


def test_a_large_pool_is_not_read_whole(round_):
    for number in range(FRESH_PER_KIND + 5):
        make_query(round_.campaign, f"Number {number}?", node="sums")
    assert len(fresh_queries(round_.campaign, ["sums"], archive(round_))) == FRESH_PER_KIND
    assert len(fresh_queries(round_.campaign, [], archive(round_))) == FRESH_PER_KIND
    assert Query.objects.count() > FRESH_PER_KIND


def test_an_attack_starts_from_no_query_twice_while_there_are_others(round_):
    used, other = (make_query(round_.campaign, text, node="sums") for text in ("One?", "Two?"))
    make_query(round_.campaign, "Near one?", node="another kind", near=used)
    fresh = fresh_queries(round_.campaign, ["sums"], archive(round_))
    assert [each.key for each in fresh] == [other.pk]
    make_query(round_.campaign, "Near two?", node="another kind", near=other)
    fresh = fresh_queries(round_.campaign, ["sums"], archive(round_))
    assert {each.key for each in fresh} == {used.pk, other.pk}
