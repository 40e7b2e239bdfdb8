"""The candidate is promoted, or refused with reasons; either way the round ends here."""

from dataclasses import dataclass, field, replace

from models_srv.evaluation import distinct_2
from oversight.errors import WrongState
from oversight.models import (
    Critique,
    Evaluation,
    ModelVersion,
    Purpose,
    Response,
    Round,
    RunState,
    TrainingRun,
)
from oversight.policies.promotion import GateVerdict, PairedScore, judge_candidate
from oversight.policies.seeds import derive_seed
from oversight.services.checkers import score
from oversight.services.promotion import promote
from oversight.services.stages.critique import Finding, criticise, store_findings
from oversight.services.stages.train import trained_version


@dataclass(frozen=True)
class GateResult:
    """`verdict` is None where no candidate was trained."""

    verdict: GateVerdict | None
    findings: list[Finding] = field(default_factory=list)


def unit_count(round_: Round) -> int:
    return 1


def think(round_: Round, index: int) -> GateResult:
    candidate = trained_version(round_)
    if candidate is None:
        return GateResult(None)
    findings = [] if round_.campaign.checker else _critic_findings(round_, candidate)
    fresh = {finding.response_id: finding.parsed.p_flawed for finding in findings}
    by_query = _answers(round_, candidate)
    scores = [
        PairedScore(new.query.cluster, new_score, old_score)
        for new, old in by_query
        if (new_score := _score(round_, new, fresh)) is not None
        and (old_score := _score(round_, old, fresh)) is not None
    ]
    verdict = judge_candidate(
        scores,
        distinct_candidate=distinct_2([new.text for new, _ in by_query]) or 0.0,
        distinct_baseline=distinct_2([old.text for _, old in by_query]) or 0.0,
        seed=derive_seed(round_.seed, "gate"),
    )
    return GateResult(verdict, findings)


def write(round_: Round, index: int, result: GateResult) -> None:
    if result.findings and round_.critic:
        store_findings(round_.critic, result.findings)
    candidate = trained_version(round_)
    if result.verdict is None or candidate is None:
        round_.outcome = _no_candidate(round_)
    else:
        verdict = _promote_if_better(round_, candidate, result.verdict)
        _store_evaluation(round_, candidate, verdict)
        word = "promoted" if verdict.is_promoted else "refused"
        round_.outcome = f"{candidate} {word}: {'; '.join(verdict.reasons)}"
    round_.save(update_fields=["outcome"])


def _promote_if_better(round_: Round, candidate: ModelVersion, verdict: GateVerdict) -> GateVerdict:
    """Promote a better candidate; refuse it where someone changed the active version meanwhile."""
    if not verdict.is_promoted:
        return verdict
    reason = f"round {round_.number}: {'; '.join(verdict.reasons)}"
    try:
        promote(version=candidate, baseline=round_.learner, reason=reason)
    except WrongState as error:
        return replace(verdict, is_promoted=False, reasons=(str(error),))
    return verdict


def _store_evaluation(round_: Round, candidate: ModelVersion, verdict: GateVerdict) -> None:
    Evaluation.objects.create(
        campaign=round_.campaign,
        round=round_,
        candidate=candidate,
        baseline=round_.learner,
        metrics=verdict.metrics | {"scored_by": round_.campaign.checker or "critic"},
        is_promoted=verdict.is_promoted,
        reasons=list(verdict.reasons),
    )


def _no_candidate(round_: Round) -> str:
    run = TrainingRun.objects.filter(round=round_).first()
    if run is None or run.state == RunState.SUCCEEDED:
        return "no candidate"
    return f"no update ({run.state}): {run.reason}"


def _answers(round_: Round, candidate: ModelVersion) -> list[tuple[Response, Response]]:
    """Return the greedy answers to each held-out query: the candidate's and the active version's."""
    old = {response.query_id: response for response in _evaluation_answers(round_, round_.learner)}
    return [
        (response, old[response.query_id])
        for response in _evaluation_answers(round_, candidate)
        if response.query_id in old
    ]


def _evaluation_answers(round_: Round, version: ModelVersion) -> list[Response]:
    return list(
        Response.objects.filter(
            version=version, purpose=Purpose.EVALUATION, query__campaign=round_.campaign
        )
        .select_related("query")
        .order_by("query__text_sha256")
    )


def _critic_findings(round_: Round, candidate: ModelVersion) -> list[Finding]:
    if round_.critic is None:
        return []
    answers = [answer for pair in _answers(round_, candidate) for answer in pair]
    return criticise(round_.critic, answers)


def _score(round_: Round, response: Response, fresh: dict[int, float | None]) -> float | None:
    """Return how good an answer is in [0, 1]: the checker's word, else the critic's 1 − p_flawed."""
    if round_.campaign.checker:
        return score(round_.campaign, response.query.text, response.text)
    p_flawed = fresh.get(response.pk)
    if p_flawed is None:
        known = Critique.objects.filter(response=response, version=round_.critic).first()
        p_flawed = known.p_flawed if known else None
    return None if p_flawed is None else 1 - p_flawed
