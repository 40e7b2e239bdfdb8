"""Why a round's pairs were asked about, on its page."""

import pytest
from django.test import Client
from django.urls import reverse

from oversight.asking.policies.routing import Evidence, RoutingPolicy, route_pairs
from oversight.asking.selectors.decisions import Decided, Decisions, decisions
from oversight.loop.selectors.funnel import funnel
from oversight.models import Stage
from tests.factories import make_member, make_query, make_version
from tests.oversight.judging import add_pair, make_round
from tests.oversight.page_fixtures import campaign

__all__ = ["campaign"]  # a fixture

pytestmark = pytest.mark.django_db
DRAWN = Decisions([Decided(outcome="human", is_audit=True, is_random=True, reason="audit", n=3)])


@pytest.mark.parametrize(
    ("has_critic", "why"),
    [(True, "drawn at random, to audit the critic"), (False, "drawn at random")],
)
def test_only_where_there_is_a_critic_pairs_are_drawn_to_audit_it(campaign, has_critic, why):
    critic = make_version(campaign, "critic") if has_critic else None
    assert funnel(make_round(campaign, critic), DRAWN).reasons == [(why, 3)]


def routed(campaign, *evidence, stage=Stage.REVIEW):
    """A round whose pairs were routed by these, with room for one person's answer."""
    round_ = make_round(campaign, make_version(campaign, "critic"), acceptance="calibrated")
    policy = RoutingPolicy(confidence_threshold=None, audit_share=0, budget=1)
    for route in route_pairs(evidence, policy):
        add_pair(round_, 0.8, outcome=route.outcome, reasons=list(route.reasons))
    round_.stage = stage
    round_.save()
    return round_


def test_what_is_dropped_is_told_by_its_reason(campaign):
    """Of five pairs the budget has room for one; two promise no difference."""
    round_ = routed(campaign, *[Evidence(0.8, 0.5)] * 3, *[Evidence(0.8, 0.01)] * 2)
    found = funnel(round_, decisions(round_))
    assert (found.asked, found.over_budget, found.alike) == (1, 2, 2)
    text = page(campaign, round_)
    assert "<dt>left out: people's budget was spent</dt><dd>2</dd>" in text
    assert "<dt>left out: no difference to learn from</dt><dd>2</dd>" in text
    assert "at random" not in text.partition("Where its queries went")[2].partition("</dl>")[0]


def test_where_the_budget_sufficed_nothing_is_said_of_it(campaign):
    round_ = routed(campaign, Evidence(0.8, 0.5), Evidence(0.8, 0.01))
    assert "budget was spent" not in page(campaign, round_)


def test_queries_without_a_pair_are_accounted_for_once_pairs_are_made(campaign):
    round_ = routed(campaign, Evidence(0.8, 0.5), stage=Stage.ROUTE)
    make_query(campaign, round=round_)
    make_query(campaign, round=round_)
    make_query(campaign, round=round_, rejected_reason="empty")
    assert funnel(round_, decisions(round_)).unpaired == 0
    round_.stage = Stage.REVIEW
    round_.save()
    found = funnel(round_, decisions(round_))
    assert (found.queries, found.pairs, found.unpaired, found.unusable) == (4, 1, 2, 1)
    text = page(campaign, round_)
    assert "2 queries have no pair: all answers were alike, or fewer than two came." in text
    assert "1 query was of no use: empty, there already, or near one that is held out." in text


def page(campaign, round_):
    client = Client()
    client.force_login(make_member(campaign, "owner"))
    response = client.get(reverse("round", args=[campaign.slug, round_.number]))
    return " ".join(response.content.decode().split())
