"""What a model made of an answer into which it was to put an error, and whether that is any good."""

from dataclasses import dataclass
from typing import Any

from models_srv.roles.tamperer import PutIn, is_same, keeps_most, parse_tampered
from models_srv.types import Generation, Sampling
from oversight.asking.services.checkers import score
from oversight.campaigns.services.queries import storable
from oversight.loop.stages.asking import Question
from oversight.loop.stages.provenance import sampling_of
from oversight.models import ModelVersion, Purpose, Response, Round, TamperOutcome, TamperTry


@dataclass(frozen=True)
class Tried:
    """What a model made of an answer, with the error where it can be read."""

    answer: Response
    version: ModelVersion
    put_in: PutIn | None
    outcome: TamperOutcome
    generation: Generation
    sampling: Sampling


def what_came(question: Question[Response], generation: Generation) -> Tried:
    """Return what a model made of the answer that it was asked about."""
    answer, sampling = question.about, question.request.sampling
    put_in = parse_tampered(generation, answer.text)
    outcome = _outcome(answer, put_in)
    return Tried(answer, question.version, put_in, outcome, generation, sampling)


def _outcome(answer: Response, put_in: PutIn | None) -> TamperOutcome:
    """Return what is to be said of it; used where nothing speaks against it."""
    if put_in is None:
        return TamperOutcome.UNREADABLE
    if is_same(answer.text, put_in.text):
        return TamperOutcome.UNCHANGED
    if not keeps_most(answer.text, put_in.text):
        return TamperOutcome.REWRITTEN
    found = score(answer.query.campaign, answer.query.text, storable(put_in.text))
    if found is None:
        return TamperOutcome.UNTOLD
    return TamperOutcome.USED if found == 0 else TamperOutcome.RIGHT


def response_of(tried: Tried) -> Response:
    """Return the answer with the error in it, not saved."""
    assert tried.put_in is not None
    answer, put_in, generation = tried.answer, tried.put_in, tried.generation
    said = {
        "problem": storable(put_in.problem),
        "category": storable(put_in.category),
        "severity": put_in.severity,
    }
    return Response(
        query_id=answer.query_id,
        version=tried.version,
        revises=answer,
        purpose=Purpose.TAMPERED,
        sample=answer.sample,
        text=storable(put_in.text),
        reasoning=storable(generation.reasoning),
        sampling={**_how(tried), **said},
        prompt_hash=generation.prompt_hash,
        finish_reason=generation.finish_reason,
        latency_ms=generation.latency_ms,
    )


def try_of(round_: Round, tried: Tried, outcome: TamperOutcome) -> TamperTry:
    """Return the record of what became of it, not saved."""
    return TamperTry(
        round=round_,
        response=tried.answer,
        version=tried.version,
        outcome=outcome,
        raw_text=storable(tried.generation.raw_text),
        sampling=_how(tried),
        prompt_hash=tried.generation.prompt_hash,
    )


def _how(tried: Tried) -> dict[str, Any]:
    return sampling_of(tried.sampling, tried.generation)
