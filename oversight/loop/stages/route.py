"""Pairs are chosen, the critic's word on each is recorded, and people are asked where it pays."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np

from oversight.asking.policies.routing import (
    POLICY_VERSION,
    Evidence,
    Route,
    RoutingPolicy,
    route_pairs,
)
from oversight.asking.selectors.several import LETTERS_BEYOND, others_to_compare
from oversight.asking.services.control_items import (
    KnownPair,
    ask_prepared,
    draw_known_pairs,
    known_items,
)
from oversight.asking.services.rating_items import draw_rated, make_rating_items
from oversight.models import (
    Judgement,
    Response,
    ReviewItem,
    Round,
    RoutingDecision,
    RoutingOutcome,
    Source,
)
from oversight.statistics.seeds import derive_seed
from oversight.trust.services.acceptance import FittedRule, fit_rule
from oversight.trust.services.evidence import Pair, gather_evidence


@dataclass(frozen=True)
class Routed:
    """`known` are pairs whose right answer is known, `rated` responses whose critiques are rated;
    `others` are by query what is compared besides its pair."""

    rule: FittedRule
    pairs: list[tuple[Pair, Evidence, Route]]
    others: Mapping[int, Sequence[int]] = field(default_factory=dict)
    known: list[KnownPair] = field(default_factory=list)
    rated: list[Response] = field(default_factory=list)


def unit_count(round_: Round) -> int:
    return 1


def think(round_: Round, index: int) -> Routed:
    rule = fit_rule(round_)
    gathered = gather_evidence(round_, rule)
    policy = RoutingPolicy(
        confidence_threshold=rule.row.threshold,
        audit_share=round_.plan["audit_share"],
        budget=round_.plan["human_budget"],
        budget_minutes=round_.plan.get("human_minutes"),
        seed=derive_seed(round_.seed, "route"),
    )
    routes = route_pairs([evidence for _, evidence in gathered], policy)
    pairs = [(*each, route) for each, route in zip(gathered, routes, strict=True)]
    shown = {
        query.pk: {a.response_id, b.response_id}
        for (query, a, b), _, route in pairs
        if route.outcome == "human"
    }
    others = others_to_compare(round_, shown)
    asked = {
        query: [set(pair) for pair in combinations([*two, *others.get(query, ())], 2)]
        for query, two in shown.items()
    }
    rated = draw_rated(
        round_.campaign, round_.plan.get("rating_items", 0), derive_seed(round_.seed, "rate")
    )
    return Routed(rule, pairs, others, draw_known_pairs(round_, asked), rated)


def write(round_: Round, index: int, routed: Routed) -> None:
    routed.rule.row.save()
    decisions = RoutingDecision.objects.bulk_create(
        _decision(round_, pair, evidence, route, routed.rule)
        for pair, evidence, route in routed.pairs
    )
    if round_.critic_id:
        Judgement.objects.bulk_create(
            _critic_judgement(round_, pair, evidence) for pair, evidence, _ in routed.pairs
        )
    items = ReviewItem.objects.bulk_create(
        _item(round_, decision, route, routed.others.get(decision.query_id, ()))
        for decision, (_, _, route) in zip(decisions, routed.pairs, strict=True)
        if decision.outcome == RoutingOutcome.HUMAN
    )
    _add_control_items(round_, routed, [item.priority for item in items])


def _add_control_items(round_: Round, routed: Routed, priorities: list[float]) -> None:
    """Ask people too what tells how they and the critics do, each among the other items."""
    seats, seed = round_.plan["annotators_per_item"], derive_seed(round_.seed, "control")
    of_round = {"seats": seats, "seed": seed, "round_": round_}
    ReviewItem.objects.bulk_create(
        known_items(round_.campaign, routed.known, priorities, **of_round)
    )
    make_rating_items(round_.campaign, routed.rated, priorities, **of_round)
    ask_prepared(round_)


def _decision(
    round_: Round, pair: Pair, evidence: Evidence, route: Route, rule: FittedRule
) -> RoutingDecision:
    query, a, b = pair
    return RoutingDecision(
        round=round_,
        query=query,
        response_a_id=a.response_id,
        response_b_id=b.response_id,
        outcome=route.outcome,
        reasons=list(route.reasons),
        is_audit=route.is_audit,
        is_random=route.is_random,
        is_eligible=evidence.is_eligible,
        propensity=route.propensity,
        policy_version=POLICY_VERSION,
        p_calibrated=_corrected(evidence, rule),
    )


def _corrected(evidence: Evidence, rule: FittedRule) -> float | None:
    if evidence.p_a_better is None or not rule.is_corrected:
        return None
    return float(rule.calibrator(np.array([evidence.p_a_better]))[0])


def _critic_judgement(round_: Round, pair: Pair, evidence: Evidence) -> Judgement:
    query, a, b = pair
    choice = ""
    if evidence.p_a_better is not None and evidence.p_a_better != 0.5:
        choice = "a" if evidence.p_a_better > 0.5 else "b"
    return Judgement(
        query=query,
        response_a_id=a.response_id,
        response_b_id=b.response_id,
        round=round_,
        source=Source.CRITIC,
        version=round_.critic,
        p_a_better=evidence.p_a_better,
        choice=choice,
    )


def _item(
    round_: Round, decision: RoutingDecision, route: Route, others: Sequence[int]
) -> ReviewItem:
    seats = round_.plan["annotators_per_item"]
    return ReviewItem(
        campaign_id=round_.campaign_id,
        round=round_,
        query_id=decision.query_id,
        response_a_id=decision.response_a_id,
        response_b_id=decision.response_b_id,
        **dict(zip(LETTERS_BEYOND, others, strict=False)),
        decision=decision,
        annotators=seats,
        seats_free=seats,
        priority=route.priority,
        asks_flaws=round_.plan.get("asks_flaws", False),
    )
