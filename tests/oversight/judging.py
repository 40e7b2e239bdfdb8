"""Rounds with a critic's judgements and people's answers, as rows: no model is asked."""

from typing import Any

from oversight.loop.services.rounds import FROZEN
from oversight.models import (
    Campaign,
    Critique,
    CrossAnswer,
    CrossQuestion,
    CrossVerdict,
    Judgement,
    ModelVersion,
    Purpose,
    Query,
    Response,
    ReviewItem,
    Round,
    RoutingDecision,
    Source,
    Stage,
)
from tests.factories import make_query, make_response, make_version


def make_round(campaign: Campaign, critic: ModelVersion | None, **plan: Any) -> Round:
    number = campaign.rounds.count() + 1
    campaign.rounds.open().update(stage=Stage.DONE, finished_at=campaign.created_at)
    learner = campaign.versions.filter(role="learner").first() or make_version(campaign)
    frozen = {name: campaign.setting(name) for name in FROZEN}
    return Round.objects.create(
        campaign=campaign,
        number=number,
        seed=number,
        learner=learner,
        critic=critic,
        stage=Stage.ROUTE,
        plan={**frozen, "slots": [], **plan},
    )


def add_pair(
    round_: Round,
    p_a_better: float,
    *,
    human: str = "",
    by: Source = Source.PERSON,
    sizes: tuple[int, int] = (30, 20),
    pair: tuple[Response, Response] | None = None,
    **decision: Any,
) -> RoutingDecision:
    """A pair that the critic has judged; with `human`, one that was randomly drawn and answered.

    The answers are `pair`, or new ones of these `sizes`.
    """
    a, b = pair or _answers(round_, sizes)
    query = a.query
    values = {"outcome": "human" if human else "ai", "propensity": 0.5, "is_eligible": True}
    row = RoutingDecision.objects.create(
        round=round_,
        query=query,
        response_a=a,
        response_b=b,
        policy_version="test",
        **(values | {"is_random": bool(human)} | decision),
    )
    shared = {"query": query, "response_a": a, "response_b": b, "round": round_}
    choice = "" if p_a_better == 0.5 else "a" if p_a_better > 0.5 else "b"
    Judgement.objects.create(
        **shared, source=Source.CRITIC, version=round_.critic, p_a_better=p_a_better, choice=choice
    )
    if human:
        item = ReviewItem.objects.create(
            campaign=round_.campaign, round=round_, query=query, response_a=a, response_b=b,
            decision=row, state="closed",
        )  # fmt: skip
        p = {"a": 1.0, "b": 0.0}.get(human, 0.5)
        Judgement.objects.create(
            **shared, item=item, source=by, choice=human, p_a_better=p, seconds=30.0
        )
    return row


def write_anew(
    round_: Round,
    query: Query,
    old: str = "old",
    new: str = "new",
    logprobs: tuple[float | None, float | None] = (None, None),
) -> tuple[Response, Response]:
    """An answer that the learner wrote anew, and the one that it was written after; `logprobs` is the
    old one's and the new one's."""
    before = make_response(query, old, version=round_.learner, logprob=logprobs[0])
    critique = Critique.objects.create(response=before, version=round_.critic, p_flawed=0.9)
    after = make_response(
        query, new, version=round_.learner, sample=0, purpose=Purpose.REFINED, revises=before,
        after_critique=critique, logprob=logprobs[1],
    )  # fmt: skip
    return after, before


def _answers(round_: Round, sizes: tuple[int, int]) -> tuple[Response, Response]:
    query = make_query(round_.campaign, round=round_, node="sums")
    a, b = (make_response(query, "x" * size, version=round_.learner) for size in sizes)
    return a, b


def cross_examine(
    round_: Round,
    response: Response,
    *outcomes: str | None,
    claim: str = "It is 9.",
    question: str = "How many?",
    answer: str = "Ten.",
) -> None:
    """Have a domain ask as often as there are outcomes about what a response claims."""
    for number, outcome in enumerate(outcomes, start=1):
        asked = CrossQuestion.objects.create(
            round=round_, response=response, number=number, claim=claim, text=question,
            domain="arithmetic",
        )  # fmt: skip
        said = CrossAnswer.objects.create(
            question=asked, version=round_.learner, text=answer, finish_reason="stop"
        )
        CrossVerdict.objects.create(answer=said, outcome=outcome, domain="arithmetic")
