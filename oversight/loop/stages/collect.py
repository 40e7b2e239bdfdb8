"""Accepted AI feedback becomes preferences, and all of the campaign's become a snapshot.

Here the checker says which attacks made the learner fail: people have had their say by now.
"""

from dataclasses import dataclass

from models_srv.dpo import PLAIN
from oversight.attacks.services.checking import find_failures, store_failures
from oversight.data.services.snapshots import make_snapshot
from oversight.learning.services.training_files import OF_TRAINING
from oversight.models import (
    AttackFinding,
    Judgement,
    Preference,
    Round,
    RoutingOutcome,
    Snapshot,
    Source,
    TrainingRun,
)
from oversight.trust.services.measuring import MeasuredCritic, MeasuredSources, measure_sources

# Settings that a plan of an earlier time may lack.
NEWER = ("reference", "patience", *OF_TRAINING, *PLAIN)


@dataclass(frozen=True)
class Collected:
    measured: MeasuredSources
    failures: list[AttackFinding]


def unit_count(round_: Round) -> int:
    """None where the round only puts a candidate from elsewhere before the gate."""
    return int(round_.candidate_id is None)


def think(round_: Round, index: int) -> Collected:
    return Collected(measure_sources(round_), find_failures(round_.campaign))


def write(round_: Round, index: int, collected: Collected) -> None:
    measured = collected.measured
    store_failures(collected.failures)
    for row in (measured.critic.row, measured.people):
        if row:
            row.save()
    _accept_ai_feedback(round_, measured.critic)
    snapshot = make_snapshot(campaign=round_.campaign)
    TrainingRun.objects.create(
        campaign=round_.campaign,
        round=round_,
        snapshot=snapshot,
        parent=round_.learner,
        settings=_training_settings(round_, snapshot),
    )


def _accept_ai_feedback(round_: Round, critic: MeasuredCritic) -> None:
    """Write what was accepted. Audited pairs have a person's preference in place of the critic's."""
    judgements = {
        judgement.query_id: judgement
        for judgement in Judgement.objects.filter(round=round_, source=Source.CRITIC)
    }
    accepted = round_.decisions.filter(outcome=RoutingOutcome.AI).order_by("query__slot")
    Preference.objects.bulk_create(
        _ai_preference(judgements[decision.query_id], decision.pk, critic)
        for decision in accepted
        if judgements[decision.query_id].choice
    )


def _ai_preference(judgement: Judgement, decision_id: int, critic: MeasuredCritic) -> Preference:
    p_w, p_l = critic.by_query[judgement.query_id]
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
        p_w=p_w,
        p_l=p_l,
        reliability=critic.row,
    )


def _training_settings(round_: Round, snapshot: Snapshot) -> dict[str, object]:
    names = ["loss", "method", "beta", "learning_rate", "epochs", "batch_size", "min_preferences"]
    names += [name for name in NEWER if name in round_.plan]
    return {name: round_.plan[name] for name in names} | {"snapshot_sha256": snapshot.sha256}
