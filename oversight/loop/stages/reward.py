"""A model of what people prefer is trained on their labels alone, and scores the critic's pairs.

Where nobody judged, what it finds likelier is evidence beside the critic's word: see
`oversight.trust.policies.source.report`. The measured ground for it is in docs/adr/0008.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models_srv.training import TrainingStatus
from oversight.learning.policies.trainable import why_not_trained
from oversight.learning.services.reward_folder import (
    folder_name,
    prepare_reward_folder,
    scored_decisions,
)
from oversight.learning.services.training_processes import train_to_the_end, why_it_ended
from oversight.loop.services.stopping import WorkerStops, stop_here
from oversight.models import Method, RewardMargin, RewardModel, Round, RoutingOutcome, RunState
from oversight.trust.policies.source.report import LEAST_AUDITS
from oversight.trust.selectors.judged_pairs import auditing_source, judged_pairs
from oversight.trust.selectors.reward import people_preferences
from oversight.versions.services.sleeping import servers_asleep

LEAST_LABELS = 20


@dataclass(frozen=True)
class Scored:
    """How the training ended, in `folder`, on how many labels."""

    status: TrainingStatus
    folder: Path
    labels: int


def unit_count(round_: Round) -> int:
    """None where it is switched off, there is nothing to correct, too little to learn from, or no
    weights to begin with."""
    if not round_.plan.get("uses_reward_model") or round_.critic is None:
        return 0
    if why_not_trained(round_.learner, Method.LORA):  # it goes to no server: any method would do
        return 0
    if not round_.decisions.filter(outcome=RoutingOutcome.AI).exists():
        return 0
    if people_preferences(round_.campaign).count() < LEAST_LABELS:
        return 0
    pairs = judged_pairs(round_.campaign, round_.critic)
    return int(sum(pair.is_audited for pair in pairs) >= LEAST_AUDITS)


def think(round_: Round, index: int) -> Scored:
    folder, labels = prepare_reward_folder(round_)
    with servers_asleep(left_by=WorkerStops) as vouch:

        def polled() -> None:
            vouch()
            stop_here()

        return Scored(train_to_the_end(folder, polled=polled), folder, labels)


def write(round_: Round, index: int, scored: Scored) -> None:
    """Store the margins. Where the training failed, the round says why and goes on without them."""
    result: dict[str, Any] = dict(scored.status.result or {})
    margins = result.pop("margins", [])
    has_succeeded = scored.status.state == "succeeded"
    model = RewardModel.objects.create(
        campaign=round_.campaign,
        round=round_,
        parent=round_.learner,
        judged_by=auditing_source(round_.campaign),
        labels=scored.labels,
        state=RunState.SUCCEEDED if has_succeeded else RunState.FAILED,
        reason="" if has_succeeded else why_it_ended(scored.status),
        folder=folder_name(round_),
        result=result,
    )
    if has_succeeded:
        decisions = scored_decisions(scored.folder)
        rows = (
            RewardMargin(reward_model=model, decision_id=decision_id, value=value)
            for decision_id, value in zip(decisions, margins, strict=True)
        )
        RewardMargin.objects.bulk_create(rows, batch_size=5000)
