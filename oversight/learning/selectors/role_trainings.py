"""What became of the trainings of a role: each with what the gate said of the new version."""

from collections.abc import Mapping
from dataclasses import dataclass

from oversight.learning.policies.critic_gate import CAUGHT
from oversight.models import Campaign, Evaluation, Role, TrainingRun

MOST_RUNS = 20  # the newest
SIDES = ("candidate", "baseline")


@dataclass(frozen=True)
class RoleTraining:
    """`evaluation` is None where nothing was tried, or not yet."""

    run: TrainingRun
    evaluation: Evaluation | None

    @property
    def pairs(self) -> int:
        return sum(self.run.settings.get("pairs", {}).values())

    @property
    def metrics(self) -> Mapping[str, float]:
        return self.evaluation.metrics if self.evaluation else {}


@dataclass(frozen=True)
class CriticTrial:
    """One version's: of the flawed answers the share on which it comments rightly, and how many of its
    `comments` on all `answers` are made up."""

    answers: int
    caught: float
    made_up: int
    comments: int


@dataclass(frozen=True)
class CriticTraining(RoleTraining):
    """`new` and `old` are None where nothing was tried."""

    new: CriticTrial | None
    old: CriticTrial | None


def role_trainings(campaign: Campaign, role: Role) -> list[RoleTraining]:
    """Return the newest trainings of the campaign's versions in a role, the newest first."""
    runs = TrainingRun.objects.filter(campaign=campaign, role=role)
    newest = list(
        runs.select_related("round", "parent", "result_version")
        .defer("round__plan")  # of large rounds it takes megabytes
        .order_by("-pk")[:MOST_RUNS]
    )
    evaluations = Evaluation.objects.filter(
        round__in=[run.round_id for run in newest if run.round_id], role=role
    )
    by_round = {each.round_id: each for each in evaluations}
    return [RoleTraining(run, by_round.get(run.round_id)) for run in newest]


def critic_trainings(campaign: Campaign) -> list[CriticTraining]:
    return [
        CriticTraining(each.run, each.evaluation, *(_trial(each.metrics, side) for side in SIDES))
        for each in role_trainings(campaign, Role.CRITIC)
    ]


def _trial(metrics: Mapping[str, float], side: str) -> CriticTrial | None:
    if f"{CAUGHT}_{side}" not in metrics:
        return None
    return CriticTrial(
        answers=int(metrics["answers"]),
        caught=metrics[f"{CAUGHT}_{side}"],
        made_up=int(metrics[f"made_up_{side}"]),
        comments=int(metrics[f"comments_{side}"]),
    )
