"""The learner answers each query k times."""

from collections.abc import Sequence
from dataclasses import dataclass

from models_srv.answers import answer_of
from models_srv.roles.learner import build_answer_request, parse_answer
from models_srv.types import Generation, ModelRequest, Sampling
from oversight.campaigns.services.queries import storable
from oversight.loop.selectors.tampering import tamperer_of
from oversight.loop.services.spending import Told, record_tokens, require_budget
from oversight.loop.stages.asking import Answered, Question
from oversight.loop.stages.chunks import queries_of, round_chunk_count
from oversight.loop.stages.provenance import sampling_of
from oversight.loop.stages.tampering.by_domain import tamper_answers
from oversight.models import ModelVersion, Purpose, Query, Response, Round, Stage
from oversight.statistics.seeds import derive_seed


@dataclass(frozen=True)
class Asked:
    """What is answered: a query, and what the answers are for."""

    query_id: int
    purpose: Purpose


@dataclass(frozen=True)
class Answer:
    query_id: int
    version_id: int
    sample: int
    purpose: Purpose
    generation: Generation
    sampling: Sampling


def unit_count(round_: Round) -> int:
    return round_chunk_count(round_)


def ask(round_: Round, index: int) -> list[Question[Asked]]:
    require_budget(round_)
    sampling = Sampling(
        temperature=round_.plan["temperature"],
        max_tokens=round_.plan["max_tokens"],
        seed=derive_seed(round_.seed, "respond", index),
    )
    queries = queries_of(round_, index)
    samples = round_.plan["samples_per_query"]
    return ask_queries(round_.learner, queries, sampling, samples=samples)


def read(round_: Round, index: int, answered: Sequence[Answered[Asked]]) -> list[Answer]:
    return read_answers(answered)


def write(round_: Round, index: int, answers: list[Answer]) -> None:
    store_answers(answers)
    record_tokens(round_, Stage.RESPOND, index, cost_of(answers))
    if tamperer_of(round_) is None:
        tamper_answers(round_, index)


def ask_queries(
    version: ModelVersion,
    queries: list[Query],
    sampling: Sampling,
    *,
    samples: int = 1,
    purpose: Purpose = Purpose.FEEDBACK,
) -> list[Question[Asked]]:
    """Ask a version each query, to be answered `samples` times."""
    instructions = version.campaign.basics.learner_instructions
    return [
        Question(
            version,
            ModelRequest(
                build_answer_request(
                    query=query.text, instructions=instructions, turns=query.messages
                ),
                sampling,
                name=query.text_sha256,
                samples=samples,
            ),
            Asked(query.pk, purpose),
        )
        for query in queries
    ]


def read_answers(answered: Sequence[Answered[Asked]]) -> list[Answer]:
    return [
        Answer(
            question.about.query_id,
            question.version.pk,
            sample,
            question.about.purpose,
            generation,
            question.request.sampling,
        )
        for question, generations in answered
        for sample, generation in enumerate(generations)
    ]


def cost_of(answers: list[Answer]) -> list[Told]:
    """Return who gave each answer, for its tokens to be counted."""
    return [(answer.version_id, answer.generation) for answer in answers]


def store_answers(answers: list[Answer]) -> None:
    """Write the answers; one that is there already (same query, version, sample) stays as it is."""
    Response.objects.bulk_create([_response(answer) for answer in answers], ignore_conflicts=True)


def _response(answer: Answer) -> Response:
    generation = answer_of(answer.generation)
    return Response(
        query_id=answer.query_id,
        version_id=answer.version_id,
        purpose=answer.purpose,
        sample=answer.sample,
        text=storable(parse_answer(generation)),
        reasoning=storable(generation.reasoning),
        sampling=sampling_of(answer.sampling, generation),
        prompt_hash=generation.prompt_hash,
        logprob=generation.logprob,
        tokens=len(generation.tokens) or None,
        finish_reason=generation.finish_reason,
        latency_ms=generation.latency_ms,
    )
