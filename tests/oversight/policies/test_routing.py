import math

import pytest

from oversight.policies.routing import Evidence, RoutingPolicy, route_pairs

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
