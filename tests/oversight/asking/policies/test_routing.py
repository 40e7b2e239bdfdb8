import math
from dataclasses import replace

import pytest

from oversight.asking.policies.routing import Evidence, RoutingPolicy, route_pairs

SURE = Evidence(p_a_better=0.99, p_difference=0.9)
UNSURE = Evidence(p_a_better=0.6, p_difference=0.5)
ALIKE = Evidence(p_a_better=0.6, p_difference=0.02)
UNSCORED = Evidence(p_a_better=None, p_difference=None)
ALARMED = Evidence(p_a_better=0.99, p_difference=0.9, alarms=("quote not found",))


def policy(audit: float = 0.0, budget: int = 100, seed: int = 0) -> RoutingPolicy:
    return RoutingPolicy(confidence_threshold=0.9, audit_share=audit, budget=budget, seed=seed)


@pytest.mark.parametrize(
    ("pair", "outcome"),
    [
        pytest.param(SURE, "ai", id="critic-sure"),
        pytest.param(UNSURE, "human", id="critic-unsure"),
        pytest.param(ALIKE, "drop", id="nothing-to-tell-apart"),
        pytest.param(UNSCORED, "human", id="no-score"),
        pytest.param(ALARMED, "human", id="alarm-outweighs-confidence"),
    ],
)
def test_it_routes(pair: Evidence, outcome: str) -> None:
    [route] = route_pairs([pair], policy())
    assert route.outcome == outcome
    assert route.reasons
    assert route.propensity == (1.0 if outcome == "human" else 0.0)


def test_audits_are_an_exact_random_share_with_its_propensity() -> None:
    routes = route_pairs([SURE] * 95, policy(audit=0.1))
    audits = [route for route in routes if route.is_audit]
    assert len(audits) == math.ceil(9.5)
    assert {route.propensity for route in routes} == {10 / 95}
    assert all(route.outcome == "human" for route in audits)


def test_audits_fall_on_every_pair_alike() -> None:
    counts = [0] * 20
    for seed in range(2000):
        for index, route in enumerate(route_pairs([SURE] * 20, policy(audit=0.1, seed=seed))):
            counts[index] += route.is_audit
    assert min(counts) > 140
    assert max(counts) <= 260


def test_the_budget_bounds_people_and_never_cuts_audits() -> None:
    routes = route_pairs([UNSURE] * 50, policy(audit=0.1, budget=12))
    assert sum(route.outcome == "human" for route in routes) == 12
    assert sum(route.is_audit for route in routes) == 5
    routes = route_pairs([UNSURE] * 50, policy(audit=0.1, budget=0))
    assert sum(route.outcome == "human" for route in routes) == 5


def test_the_budget_goes_where_asking_is_worth_most() -> None:
    worth = Evidence(p_a_better=0.5, p_difference=0.5)
    routes = route_pairs([UNSURE, worth], policy(budget=1))
    assert [route.outcome for route in routes] == ["drop", "human"]


def test_everything_audited_when_the_share_is_one() -> None:
    routes = route_pairs([SURE, ALIKE, UNSCORED], policy(audit=1.0, budget=0))
    assert all(route.outcome == "human" and route.propensity == 1.0 for route in routes)


def test_no_pairs_no_routes() -> None:
    assert route_pairs([], policy(audit=0.5)) == []


def test_without_a_threshold_people_take_all_and_nothing_is_accepted() -> None:
    takes_all = RoutingPolicy(confidence_threshold=None, audit_share=0.1, budget=6)
    routes = route_pairs([SURE] * 40, takes_all)
    assert {route.outcome for route in routes} == {"human", "drop"}
    assert sum(route.outcome == "human" for route in routes) == 6
    dropped = [route.reasons[-1] for route in routes if route.outcome == "drop"]
    assert set(dropped) == {"beyond the budget for people"}


def test_what_must_be_asked_comes_before_what_is_only_unsure() -> None:
    routes = route_pairs([UNSURE, ALARMED, UNSURE], policy(budget=1))
    assert [route.outcome for route in routes] == ["drop", "human", "drop"]


@pytest.mark.parametrize(
    "better",
    [
        pytest.param(Evidence(0.6, 0.5, p_wrong=0.5), id="more-often-wrong"),
        pytest.param(Evidence(0.6, 0.6), id="likelier-to-differ"),
        pytest.param(Evidence(0.6, 0.5, minutes=0.5), id="quicker"),
        pytest.param(Evidence(0.6, 0.5, leverage=1.1), id="the-learner-disagrees"),
    ],
)
def test_each_part_of_the_worth_counts(better: Evidence) -> None:
    routes = route_pairs([UNSURE, better, UNSURE], policy(budget=1))
    assert [route.outcome for route in routes] == ["drop", "human", "drop"]


@pytest.mark.parametrize(
    "worse",
    [
        pytest.param(Evidence(0.6, 0.5, severity=0.5), id="milder"),
        pytest.param(Evidence(0.6, 0.5, cluster_weight=0.5), id="one-of-two-copies"),
    ],
)
def test_mild_comments_and_near_copies_wait(worse: Evidence) -> None:
    routes = route_pairs([worse, UNSURE], policy(budget=1))
    assert [route.outcome for route in routes] == ["drop", "human"]


def test_minutes_bound_people_after_the_audits() -> None:
    pairs = [Evidence(0.6, 0.5, minutes=2.0)] * 40
    timed = RoutingPolicy(0.9, audit_share=0.1, budget=100, budget_minutes=20.0)
    routes = route_pairs(pairs, timed)
    assert sum(route.is_audit for route in routes) == 4
    assert sum(route.outcome == "human" for route in routes) == 10
    nothing = RoutingPolicy(0.9, audit_share=0.1, budget=100, budget_minutes=0.0)
    assert sum(route.outcome == "human" for route in route_pairs(pairs, nothing)) == 4


def test_audits_and_some_asked_ones_are_a_random_sample_of_all() -> None:
    pairs = [SURE] * 30 + [UNSURE] * 10
    counts = [0] * 40
    for seed in range(2000):
        for index, route in enumerate(route_pairs(pairs, policy(audit=0.2, seed=seed))):
            counts[index] += route.is_random
    share = [count / 2000 for count in counts]
    assert min(share) > 0.22  # 8 of the 30 that nobody asks about
    assert max(share) < 0.32
    assert sum(share[:30]) == pytest.approx(8)


def test_random_ones_are_judged_before_all_others() -> None:
    routes = route_pairs([SURE] * 5 + [ALARMED] * 5, policy(audit=0.2))
    lowest = min(route.priority for route in routes if route.is_random)
    assert lowest > max(route.priority for route in routes if not route.is_random)


@pytest.mark.parametrize(
    ("pair", "is_tie"),
    [
        pytest.param(Evidence(0.52, 0.5), True, id="tie"),
        pytest.param(Evidence(0.6, 0.5), False, id="leaning"),
        pytest.param(Evidence(0.52, 0.02), False, id="alike"),
        pytest.param(UNSCORED, False, id="unscored"),
    ],
)
def test_near_ties(pair: Evidence, is_tie: bool) -> None:
    assert pair.is_near_tie == is_tie


SAID = "the learner finds the answer likelier that the critic calls worse"


def test_the_learner_is_heard_however_sure_the_critic_is_of_itself() -> None:
    surest = Evidence(0.9999, 0.9).with_leverage(1.9)
    sure = Evidence(0.97, 0.9).with_leverage(0.5)
    takes_all = RoutingPolicy(confidence_threshold=None, audit_share=0, budget=1)
    assert [r.outcome for r in route_pairs([sure, surest], takes_all)] == ["drop", "human"]
    assert Evidence(0.6, 0.5, p_wrong=0.3).with_leverage(1).doubt == 0.3


def test_it_is_said_where_the_learner_disagrees() -> None:
    routes = route_pairs([UNSURE, replace(UNSURE, leverage=1.5)], policy())
    assert SAID not in routes[0].reasons
    assert routes[1].reasons[1:] == (SAID,)


def test_where_the_learner_disagrees_the_random_sample_of_all_is_as_random() -> None:
    pairs = [replace(each, leverage=w) for each in (UNSURE, SURE) for w in (0.5, 1.5)] * 5
    counts = [0] * len(pairs)
    for seed in range(4000):
        routes = route_pairs(pairs, policy(audit=0.2, budget=8, seed=seed))
        assert sum(route.is_audit for route in routes) == 4
        for at, route in enumerate(routes):
            counts[at] += route.is_random
    assert min(counts) > 0.9 * sum(counts) / len(pairs)
    assert max(counts) < 1.1 * sum(counts) / len(pairs)


def test_what_is_asked_comes_in_the_order_of_the_critics_doubt_alone() -> None:
    pairs = [SURE, *(replace(UNSURE, leverage=w) for w in (0.5, 1.5))]
    _, low, high = route_pairs(pairs, policy())
    assert low.priority == high.priority == pytest.approx(UNSURE.urgency)


def test_what_must_be_asked_comes_before_what_takes_no_time() -> None:
    quick = Evidence(0.5, 1.0, minutes=0.05, leverage=2.0)
    must, other, _ = route_pairs([ALARMED, quick, SURE], policy())
    assert must.priority > other.priority
