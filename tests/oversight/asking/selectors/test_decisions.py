"""What a round's pages say of its routing is counted in one walk."""

from dataclasses import astuple

import pytest

from oversight.asking.selectors.decisions import decisions
from oversight.models import RoutingDecision, RoutingOutcome
from tests.factories import make_campaign, make_query, make_response, make_round, make_version

pytestmark = pytest.mark.django_db


def route(round_, outcome, **fields):
    query = make_query(round_.campaign, f"Query {RoutingDecision.objects.count()}?")
    a, b = (make_response(query, text, version=round_.learner) for text in "ab")
    RoutingDecision.objects.create(
        round=round_,
        query=query,
        response_a=a,
        response_b=b,
        outcome=outcome,
        propensity=0.5,
        **fields,
    )


@pytest.fixture
def round_():
    return make_round(make_version(make_campaign()), number=1)


def test_pairs_are_counted_by_how_they_were_routed(round_, django_assert_num_queries):
    route(round_, "ai", reasons=["sure"])
    route(round_, "ai", reasons=["very sure"])
    route(round_, "drop", reasons=["alike"])
    route(round_, "human", reasons=["unsure", "long"])
    route(round_, "human", reasons=["unsure"], is_random=True)
    route(round_, "human", is_audit=True, is_random=True)
    with django_assert_num_queries(1):
        found = decisions(round_)
    assert sorted(map(astuple, found.rows), key=str) == [
        ("ai", False, False, None, 2),
        ("drop", False, False, None, 1),
        ("human", False, False, "unsure", 1),
        ("human", False, True, "unsure", 1),
        ("human", True, True, None, 1),
    ]
    assert (found.pairs, found.audits, found.random) == (6, 1, 2)
    assert [found.of(each) for each in RoutingOutcome] == [
        {"ai": 2, "human": 3, "drop": 1}[each] for each in RoutingOutcome
    ]


def test_a_round_that_has_routed_nothing_counts_nothing(round_):
    found = decisions(round_)
    assert (found.pairs, found.audits, found.of(RoutingOutcome.HUMAN)) == (0, 0, 0)
