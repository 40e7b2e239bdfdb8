"""Accepted AI feedback becomes preferences, and all of the campaign's become a snapshot."""

from oversight.models import (
    Judgement,
    Preference,
    Round,
    RoutingOutcome,
    Snapshot,
    Source,
    TrainingRun,
)
from oversight.policies.reliability import Reliability, estimate_reliability
from oversight.selectors.audits import critic_agreements
from oversight.services.snapshots import make_snapshot


def unit_count(round_: Round) -> int:
    return 1


def think(round_: Round, index: int) -> Reliability:
    return estimate_reliability(critic_agreements(round_.campaign))


def write(round_: Round, index: int, reliability: Reliability) -> None:
    _accept_ai_feedback(round_, reliability)
    snapshot = make_snapshot(campaign=round_.campaign)
    TrainingRun.objects.create(
        campaign=round_.campaign,
        round=round_,
        snapshot=snapshot,
        parent=round_.learner,
        settings=_training_settings(round_, snapshot),
    )


def _accept_ai_feedback(round_: Round, reliability: Reliability) -> None:
    judgements = {
        judgement.query_id: judgement
        for judgement in Judgement.objects.filter(round=round_, source=Source.CRITIC)
    }
    accepted = round_.decisions.filter(outcome=RoutingOutcome.AI).order_by("query__slot")
    Preference.objects.bulk_create(
        _ai_preference(judgements[decision.query_id], decision.pk, reliability)
        for decision in accepted
        if judgements[decision.query_id].choice
    )


def _ai_preference(judgement: Judgement, decision_id: int, reliability: Reliability) -> Preference:
    assert judgement.response_b_id is not None
    pair = (judgement.response_a_id, judgement.response_b_id)
    chosen, rejected = pair if judgement.choice == "a" else pair[::-1]
    return Preference(
        campaign_id=judgement.query.campaign_id,
        round_id=judgement.round_id,
        query_id=judgement.query_id,
        chosen_id=chosen,
        rejected_id=rejected,
        source=Source.CRITIC,
        judgement=judgement,
        decision_id=decision_id,
        p_w=reliability.p_w,
        p_l=reliability.p_l,
    )


def _training_settings(round_: Round, snapshot: Snapshot) -> dict[str, object]:
    names = ["loss", "method", "beta", "learning_rate", "epochs", "batch_size", "min_preferences"]
    return {name: round_.plan[name] for name in names} | {"snapshot_sha256": snapshot.sha256}
