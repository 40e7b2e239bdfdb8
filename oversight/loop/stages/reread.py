"""The critic comments on the answers that were written anew, as on any other."""

from collections.abc import Sequence

from oversight.asking.selectors.refined import differing_answers
from oversight.loop.services.spending import record_tokens, require_budget
from oversight.loop.stages import refine
from oversight.loop.stages.asking import Answered, Question
from oversight.loop.stages.chunks import queries_of
from oversight.loop.stages.critique import (
    Finding,
    Read,
    ask_critic,
    read_findings,
    store_findings,
)
from oversight.models import Round, Stage


def unit_count(round_: Round) -> int:
    return refine.unit_count(round_)


def ask(round_: Round, index: int) -> list[Question[Read]]:
    """Ask about those that differ: what came out as it was has its critique."""
    assert round_.critic is not None
    require_budget(round_)
    rows = differing_answers(round_).filter(query__in=queries_of(round_, index))
    samples = round_.plan.get("critic_samples", 1)
    answers = list(rows.select_related("query"))
    return ask_critic(round_.critic, answers, samples=samples, seed=round_.seed)


def read(round_: Round, index: int, answered: Sequence[Answered[Read]]) -> list[Finding]:
    return read_findings(answered)


def write(round_: Round, index: int, findings: list[Finding]) -> None:
    assert round_.critic is not None
    store_findings(round_.critic, findings)
    told = [(round_.critic.pk, finding.generation) for finding in findings]
    record_tokens(round_, Stage.REREAD, index, told)
