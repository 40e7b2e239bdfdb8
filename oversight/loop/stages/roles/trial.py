"""What was trained besides the learner shows what it can do, beside the version that it came from."""

from collections.abc import Sequence
from typing import Any

from oversight.loop.services.spending import record_searches, record_tokens, require_budget
from oversight.loop.stages.asking import Answered, Question
from oversight.loop.stages.roles import trained_roles
from oversight.loop.stages.roles.learning_role import LearningRole
from oversight.models import Round, Stage, TrainingRun


def unit_count(round_: Round) -> int:
    return sum(learning.trial_parts(run) for learning, run in trained_roles(round_))


def ask(round_: Round, index: int) -> Sequence[Question[Any]]:
    require_budget(round_)
    learning, run, part = _part(round_, index)
    return learning.ask(run, part)


def read(round_: Round, index: int, answered: Sequence[Answered[Any]]) -> Any:
    learning, run, _ = _part(round_, index)
    told = [
        (question.version.pk, generation)
        for question, generations in answered
        for generation in generations
    ]
    return learning.read(run, answered), told


def write(round_: Round, index: int, found: Any) -> None:
    learning, run, _ = _part(round_, index)
    read_of, told = found
    learning.write(run, read_of)
    record_tokens(round_, Stage.TRIAL, index, told)
    record_searches(round_, Stage.TRIAL, index, learning.searches(read_of))


def _part(round_: Round, index: int) -> tuple[LearningRole, TrainingRun, int]:
    """Return whose unit it is, and which part of that role's trial."""
    for learning, run in trained_roles(round_):
        parts = learning.trial_parts(run)
        if index < parts:
            return learning, run, index
        index -= parts
    raise LookupError(f"round {round_.number} has no such part of a trial")
