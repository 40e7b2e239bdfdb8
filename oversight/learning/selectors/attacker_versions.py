"""What became of an attacker's trainings: each new version in its trial, beside the one before."""

from collections.abc import Mapping
from dataclasses import dataclass

from oversight.learning.policies.attacker_gate import FAILS, FAIR, WAYS
from oversight.models import Campaign, Evaluation, Role, TrainingRun

MOST_RUNS = 20  # the newest


@dataclass(frozen=True)
class Figure:
    """A share in [0, 1], or a number of ways to fail, with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class TrialFigures:
    """One version's: of `questions` those that are fair and new, those at which the learner fails
    besides, and in how many different ways it does."""

    questions: int
    fair: Figure
    fails: Figure
    ways: Figure


@dataclass(frozen=True)
class AttackerTraining:
    """`new` and `old` are None, and so is the gate's word, where nothing was tried."""

    run: TrainingRun
    evaluation: Evaluation | None
    new: TrialFigures | None
    old: TrialFigures | None

    @property
    def pairs(self) -> int:
        return sum(self.run.settings.get("pairs", {}).values())


def attacker_trainings(campaign: Campaign) -> list[AttackerTraining]:
    """Return the newest trainings of the campaign's attackers, the newest first."""
    runs = TrainingRun.objects.filter(campaign=campaign, role=Role.ATTACKER)
    newest = list(
        runs.select_related("round", "parent", "result_version").order_by("-pk")[:MOST_RUNS]
    )
    evaluations = Evaluation.objects.filter(
        round__in=[run.round_id for run in newest], role=Role.ATTACKER
    )
    by_round = {each.round_id: each for each in evaluations}
    return [_training(run, by_round.get(run.round_id)) for run in newest]


def _training(run: TrainingRun, evaluation: Evaluation | None) -> AttackerTraining:
    metrics = evaluation.metrics if evaluation else {}
    sides = (_figures(metrics, side) for side in ("candidate", "baseline"))
    return AttackerTraining(run, evaluation, *sides)


def _figures(metrics: Mapping[str, float], side: str) -> TrialFigures | None:
    if f"questions_{side}" not in metrics:
        return None
    fair, fails, ways = (
        Figure(*(metrics[f"{name}_{side}{end}"] for end in ("", "_low", "_high")))
        for name in (FAIR, FAILS, WAYS)
    )
    return TrialFigures(int(metrics[f"questions_{side}"]), fair, fails, ways)
