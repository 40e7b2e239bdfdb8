"""The roles besides the learner's that may learn at the end of a round, in the order of their units.

One that is added here is trained, tried and put before its gate like the others: see `LearningRole`.
"""

from oversight.loop.stages.roles.attacker import ATTACKER
from oversight.loop.stages.roles.critic import CRITIC
from oversight.loop.stages.roles.learning_role import LearningRole
from oversight.models import ModelVersion, Round, RunState, TrainingRun

LEARNING: tuple[LearningRole, ...] = (CRITIC, ATTACKER)


def roles_that_learn(round_: Round) -> list[LearningRole]:
    """Return what the round's plan trains at its end: none that it has no model of, nothing at all
    where the round only puts a candidate before the gate."""
    if round_.candidate_id:
        return []
    return [each for each in LEARNING if each.is_wanted(round_.plan) and parent_of(round_, each)]


def parent_of(round_: Round, learning: LearningRole) -> ModelVersion | None:
    """Return the version of the role that the round works with."""
    parent: ModelVersion | None = getattr(round_, learning.role)
    return parent


def trained_roles(round_: Round) -> list[tuple[LearningRole, TrainingRun]]:
    """Return the roles whose training of this round gave a version, with it."""
    runs = TrainingRun.objects.filter(round=round_, state=RunState.SUCCEEDED)
    by_role = {run.role: run for run in runs.select_related("parent", "result_version", "round")}
    return [(each, by_role[each.role]) for each in LEARNING if each.role in by_role]
