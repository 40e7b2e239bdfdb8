"""Each new version of the attacker and the critic is promoted, or refused with reasons."""

from dataclasses import replace

from oversight.errors import WrongState
from oversight.learning.policies.gate import GateVerdict
from oversight.loop.stages.roles import trained_roles
from oversight.models import Evaluation, Round, TrainingRun
from oversight.versions.services.promotion import promote


def unit_count(round_: Round) -> int:
    return len(trained_roles(round_))


def think(round_: Round, index: int) -> GateVerdict:
    learning, run = trained_roles(round_)[index]
    return learning.judge(run)


def write(round_: Round, index: int, verdict: GateVerdict) -> None:
    _, run = trained_roles(round_)[index]
    assert run.result_version is not None
    if verdict.is_promoted:
        verdict = _promote(run, verdict)
    Evaluation.objects.create(
        campaign=run.campaign,
        round=round_,
        role=run.role,
        candidate=run.result_version,
        baseline=run.parent,
        metrics=verdict.metrics,
        is_promoted=verdict.is_promoted,
        reasons=list(verdict.reasons),
    )


def _promote(run: TrainingRun, verdict: GateVerdict) -> GateVerdict:
    """Put it to work; refuse it where someone changed the active version meanwhile."""
    assert run.round is not None
    assert run.result_version is not None
    reason = f"round {run.round.number}: {'; '.join(verdict.reasons)}"
    try:
        promote(version=run.result_version, baseline=run.parent, reason=reason)
    except WrongState as error:
        return replace(verdict, is_promoted=False, reasons=(str(error),))
    return verdict
