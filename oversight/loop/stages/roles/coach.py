"""The round's attacker and critic are trained, where they learn: a unit, a process and a run for each."""

from collections.abc import Sequence

from models_srv.training import TrainingStatus
from oversight.learning.policies.trainable import why_not_loaded_here
from oversight.learning.services.role_folder import prepare_role_folder, too_few_pairs
from oversight.learning.services.training_files import Line
from oversight.loop.stages.roles import parent_of, roles_that_learn
from oversight.loop.stages.roles.learning_role import LearningRole
from oversight.loop.stages.train import mark_skipped, take_up, train_in
from oversight.models import Round, RunState, TrainingRun


def unit_count(round_: Round) -> int:
    return len(roles_that_learn(round_))


def think(round_: Round, index: int) -> TrainingStatus | None:
    """Return how the training ended; None where there was none, as its run says."""
    learning = roles_that_learn(round_)[index]
    run = _run(round_, learning)
    if run.state == RunState.SKIPPED:
        return None
    lines = learning.lines(run)
    if reason := _why_not(learning, run, lines):
        mark_skipped(run, reason)
        return None
    return train_in(prepare_role_folder(run, lines), run)


def write(round_: Round, index: int, status: TrainingStatus | None) -> None:
    """Store the result. Where nothing came of it, the old version stays, and the run says why."""
    if status is None:
        return
    learning = roles_that_learn(round_)[index]
    run = TrainingRun.objects.select_for_update().get(round=round_, role=learning.role)
    take_up(run, status)
    if run.state == RunState.SUCCEEDED:
        learning.prepare_trial(run)


def _why_not(learning: LearningRole, run: TrainingRun, lines: Sequence[Line]) -> str:
    if few := too_few_pairs(run, lines):
        few = f"{few}. {learning.pairs_from}".strip()
    return why_not_loaded_here(run.parent) or few or learning.why_not(run)


def _run(round_: Round, learning: LearningRole) -> TrainingRun:
    """Return the role's run of this round, made at the first try."""
    parent = parent_of(round_, learning)
    assert parent is not None
    run, _ = TrainingRun.objects.get_or_create(
        round=round_,
        role=learning.role,
        defaults={
            "campaign": round_.campaign,
            "parent": parent,
            "settings": learning.settings(round_),
        },
    )
    return run
