"""Pairs are chosen, the critic's word on each is recorded, and people are asked where it pays."""

from oversight.models import (
    Critique,
    Judgement,
    Query,
    Response,
    ReviewItem,
    Round,
    RoutingDecision,
    RoutingOutcome,
    Source,
)
from oversight.policies.pairing import (
    Candidate,
    choose_pair,
    probability_a_better,
    probability_of_difference,
)
from oversight.policies.routing import (
    POLICY_VERSION,
    Evidence,
    Route,
    RoutingPolicy,
    route_pairs,
)
from oversight.policies.seeds import derive_seed

Pair = tuple[Query, Candidate, Candidate]


def unit_count(round_: Round) -> int:
    return 1


def think(round_: Round, index: int) -> list[tuple[Pair, Evidence, Route]]:
    pairs = _pairs(round_)
    alarms = _alarms(round_)
    evidence = [_evidence(pair, alarms) for pair in pairs]
    policy = RoutingPolicy(
        confidence_threshold=round_.plan["confidence_threshold"],
        audit_share=round_.plan["audit_share"],
        budget=round_.plan["human_budget"],
        seed=derive_seed(round_.seed, "route"),
    )
    return list(zip(pairs, evidence, route_pairs(evidence, policy), strict=True))


def write(round_: Round, index: int, routed: list[tuple[Pair, Evidence, Route]]) -> None:
    decisions = RoutingDecision.objects.bulk_create(
        _decision(round_, pair, route) for pair, _, route in routed
    )
    if round_.critic_id:
        Judgement.objects.bulk_create(
            _critic_judgement(round_, pair, evidence) for pair, evidence, _ in routed
        )
    ReviewItem.objects.bulk_create(
        _item(round_, decision, route)
        for decision, (_, _, route) in zip(decisions, routed, strict=True)
        if decision.outcome == RoutingOutcome.HUMAN
    )


def _pairs(round_: Round) -> list[Pair]:
    """Return one pair for each query of the round that has two different responses."""
    scores = dict(
        Critique.objects.filter(response__query__round=round_, version=round_.critic).values_list(
            "response_id", "p_flawed"
        )
    )
    pairs = []
    for query in Query.objects.usable().filter(round=round_).order_by("slot"):
        responses = Response.objects.filter(query=query, version=round_.learner)
        candidates = [
            Candidate(response.pk, response.text, scores.get(response.pk))
            for response in responses.order_by("sample")
            if response.finish_reason != "error"
        ]
        pair = choose_pair(candidates, derive_seed(round_.seed, "pair", query.slot))
        if pair:
            pairs.append((query, *pair))
    return pairs


def _alarms(round_: Round) -> dict[int, tuple[str, ...]]:
    """Return what makes the critic's word on a response suspect, whatever its confidence."""
    critiques = Critique.objects.filter(
        response__query__round=round_, version=round_.critic
    ).prefetch_related("comments")
    return {critique.response_id: tuple(_suspicions(critique)) for critique in critiques}


def _suspicions(critique: Critique) -> list[str]:
    found = []
    comments = list(critique.comments.all())
    if any(c.severity == "critical" and c.quote_match == "none" for c in comments):
        found.append("a critical comment quotes what is not there")
    if critique.p_flawed is not None and critique.verdict:
        if (critique.verdict == "flawed") != (critique.p_flawed >= 0.5):
            found.append("the critic's verdict and its probability disagree")
        if critique.verdict == "flawed" and not comments:
            found.append("the critic says flawed and shows nothing")
    return found


def _evidence(pair: Pair, alarms: dict[int, tuple[str, ...]]) -> Evidence:
    _, a, b = pair
    found = (*alarms.get(a.response_id, ()), *alarms.get(b.response_id, ()))
    return Evidence(
        p_a_better=probability_a_better(a.p_flawed, b.p_flawed),
        p_difference=probability_of_difference(a.p_flawed, b.p_flawed),
        alarms=tuple(dict.fromkeys(found)),
    )


def _decision(round_: Round, pair: Pair, route: Route) -> RoutingDecision:
    query, a, b = pair
    return RoutingDecision(
        round=round_,
        query=query,
        response_a_id=a.response_id,
        response_b_id=b.response_id,
        outcome=route.outcome,
        reasons=list(route.reasons),
        is_audit=route.is_audit,
        propensity=route.propensity,
        policy_version=POLICY_VERSION,
    )


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


def _item(round_: Round, decision: RoutingDecision, route: Route) -> ReviewItem:
    seats = round_.plan["annotators_per_item"]
    return ReviewItem(
        campaign_id=round_.campaign_id,
        round=round_,
        query_id=decision.query_id,
        response_a_id=decision.response_a_id,
        response_b_id=decision.response_b_id,
        decision=decision,
        annotators=seats,
        seats_free=seats,
        priority=route.priority,
    )
