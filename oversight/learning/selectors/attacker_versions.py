"""What became of an attacker's trainings: each new version in its trial, beside the one before."""

from collections.abc import Mapping
from dataclasses import dataclass

from oversight.learning.policies.attacker_gate import FAILS, FAIR, WAYS
from oversight.learning.selectors.role_trainings import SIDES, RoleTraining, role_trainings
from oversight.models import Campaign, Role


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
class AttackerTraining(RoleTraining):
    """`new` and `old` are None, and so is the gate's word, where nothing was tried."""

    new: TrialFigures | None
    old: TrialFigures | None


def attacker_trainings(campaign: Campaign) -> list[AttackerTraining]:
    """Return the newest trainings of the campaign's attackers, the newest first."""
    return [
        AttackerTraining(
            each.run, each.evaluation, *(_figures(each.metrics, side) for side in SIDES)
        )
        for each in role_trainings(campaign, Role.ATTACKER)
    ]


def _figures(metrics: Mapping[str, float], side: str) -> TrialFigures | None:
    if f"questions_{side}" not in metrics:
        return None
    fair, fails, ways = (
        Figure(*(metrics[f"{name}_{side}{end}"] for end in ("", "_low", "_high")))
        for name in (FAIR, FAILS, WAYS)
    )
    return TrialFigures(int(metrics[f"questions_{side}"]), fair, fails, ways)
