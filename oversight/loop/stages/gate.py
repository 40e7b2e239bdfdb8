"""The candidate is promoted, or refused with reasons; either way the round ends here."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from models_srv.evaluation import distinct_2
from models_srv.types import ModelUnavailable
from oversight.asking.services.checkers import score
from oversight.errors import WrongState
from oversight.learning.policies.gate import GateVerdict, judge_candidate
from oversight.learning.services.gate_evidence import (
    AnswerPair,
    comparisons,
    dimensions,
    evaluation_answers,
    false_accepts,
    judge_audits,
    paired_scores,
)
from oversight.loop.selectors.candidates import candidate_of, trained_version
from oversight.loop.services.spending import record_tokens
from oversight.loop.stages.asking import Answered, Question
from oversight.loop.stages.critique import (
    Finding,
    Read,
    ask_critic,
    read_findings,
    store_findings,
)
from oversight.models import (
    Critique,
    Evaluation,
    ItemKind,
    Judgement,
    ModelVersion,
    Response,
    Role,
    Round,
    RunState,
    Source,
    Split,
    Stage,
    TrainingRun,
)
from oversight.statistics.seeds import derive_seed
from oversight.versions.selectors.served import is_on_its_way, why_not_served
from oversight.versions.services.promotion import promote

SEVERE = ("critical", "major")


@dataclass(frozen=True)
class GateResult:
    """`verdict` is None where no candidate was trained."""

    verdict: GateVerdict | None
    findings: list[Finding] = field(default_factory=list)


@dataclass(frozen=True)
class Reading:
    """The critic's word on one answer; `is_severe`: a critical or major comment."""

    p_flawed: float | None
    is_severe: bool


def unit_count(round_: Round) -> int:
    return 1


def ask(round_: Round, index: int) -> list[Question[Read]]:
    """Ask the critic about both versions' answers, where no checker knows the truth."""
    candidate = candidate_of(round_)
    if candidate is None or round_.critic is None or round_.campaign.basics.checker:
        return []
    pairs = evaluation_answers(round_, candidate)
    return ask_critic(round_.critic, [answer for pair in pairs for answer in pair])


def read(round_: Round, index: int, answered: Sequence[Answered[Read]]) -> GateResult:
    candidate = candidate_of(round_)
    if candidate is None:
        return GateResult(None)
    answers = evaluation_answers(round_, candidate)
    findings = read_findings(answered)
    readings = _readings(round_, answers, findings)
    truth = {row.pk: _truth(round_, row) for pair in answers for row in pair}
    severe = {pk: reading.is_severe for pk, reading in readings.items()}
    p_flawed = {pk: reading.p_flawed for pk, reading in readings.items()}
    scores = (
        truth if round_.campaign.basics.checker else {pk: _sound(p) for pk, p in p_flawed.items()}
    )
    verdict = judge_candidate(
        paired_scores(answers, truth),
        distinct_candidate=distinct_2([new.text for new, _ in answers]) or 0.0,
        distinct_baseline=distinct_2([old.text for _, old in answers]) or 0.0,
        seed=derive_seed(round_.seed, "gate"),
        comparisons=comparisons(answers, p_flawed),
        judge=judge_audits(round_.campaign, round_.critic),
        dimensions=dimensions(answers, scores, severe),
        false_accepts=false_accepts(round_.campaign, candidate, round_.learner),
    )
    # Of how many the scored ones are: a checker may know none of what a campaign holds out.
    counted = verdict.metrics | {"held_out_queries": float(len(answers))}
    if simulated := _compared_by_simulated(round_):
        counted |= {"compared_by_simulated": float(simulated)}
    return GateResult(replace(verdict, metrics=counted), findings)


def _compared_by_simulated(round_: Round) -> int:
    """Count the queries of which simulated annotators compared both answers, which decides nothing."""
    rows = Judgement.objects.standing().filter(
        item__round=round_,
        query__split=Split.HELD_OUT,
        source=Source.SIMULATED,
        p_a_better__isnull=False,
    )
    return rows.exclude(item__kind=ItemKind.FLAWED).values("query").distinct().count()


def write(round_: Round, index: int, result: GateResult) -> None:
    if result.findings and round_.critic:
        store_findings(round_.critic, result.findings)
        told = [(round_.critic.pk, finding.generation) for finding in result.findings]
        record_tokens(round_, Stage.GATE, index, told)
    candidate = candidate_of(round_)
    if result.verdict is None or candidate is None:
        round_.outcome = _no_candidate(round_)
    else:
        verdict = _promote_if_better(round_, candidate, result.verdict)
        _store_evaluation(round_, candidate, verdict)
        word = "promoted" if verdict.is_promoted else "refused"
        round_.outcome = f"{candidate} {word}: {'; '.join(verdict.reasons)}"
    round_.save(update_fields=["outcome"])


def _promote_if_better(round_: Round, candidate: ModelVersion, verdict: GateVerdict) -> GateVerdict:
    """Promote a better candidate; refuse it where someone changed the active version meanwhile.

    Raises ModelUnavailable while its servers are being given it again: the gate waits for that.
    """
    if not verdict.is_promoted:
        return verdict
    if is_on_its_way(candidate):
        raise ModelUnavailable(f"{candidate} is being loaded on its servers again")
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
        metrics=verdict.metrics | {"scored_by": round_.campaign.basics.checker or "critic"},
        is_promoted=verdict.is_promoted,
        reasons=list(verdict.reasons),
    )


def _no_candidate(round_: Round) -> str:
    if trained := trained_version(round_):
        return f"{trained} was not put before the gate: {why_not_served(trained)}"
    run = TrainingRun.objects.filter(round=round_, role=Role.LEARNER).first()
    if run is None or run.state == RunState.SUCCEEDED:
        return "no candidate"
    return f"no update ({run.state}): {run.reason}"


def _readings(
    round_: Round, answers: list[AnswerPair], findings: list[Finding]
) -> dict[int, Reading]:
    """Return what the critic says of each answer that it has read, now or in an earlier round."""
    read = Critique.objects.filter(
        response__in=[answer for pair in answers for answer in pair],
        version=round_.critic,
        sample=0,
    )
    known = {
        row.response_id: Reading(
            row.p_flawed, any(c.severity in SEVERE for c in row.comments.all())
        )
        for row in read.prefetch_related("comments")
    }
    fresh = {
        finding.response_id: Reading(
            finding.parsed.p_flawed, any(c.severity in SEVERE for c in finding.parsed.comments)
        )
        for finding in findings
    }
    return known | fresh


def _truth(round_: Round, response: Response) -> float | None:
    return score(round_.campaign, response.query.text, response.text)


def _sound(p_flawed: float | None) -> float | None:
    return None if p_flawed is None else 1 - p_flawed
