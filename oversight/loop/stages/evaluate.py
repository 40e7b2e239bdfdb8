"""Candidate and active version answer the held-out queries, greedily."""

from collections.abc import Sequence

from models_srv.types import Sampling
from oversight.loop.selectors.candidates import candidate_of
from oversight.loop.services.spending import record_tokens, require_budget
from oversight.loop.stages.asking import Answered, Question
from oversight.loop.stages.chunks import chunk_count
from oversight.loop.stages.respond import (
    Answer,
    Asked,
    ask_queries,
    cost_of,
    read_answers,
    store_answers,
)
from oversight.models import ModelVersion, Purpose, Query, Response, Round, Stage

QUERIES_PER_UNIT = 50


def held_out_queries(round_: Round) -> list[Query]:
    """Return the campaign's held-out queries, in an order that does not depend on ids."""
    return list(Query.objects.held_out().filter(campaign=round_.campaign).order_by("text_sha256"))


def unit_count(round_: Round) -> int:
    """No units where no candidate was trained."""
    if candidate_of(round_) is None:
        return 0
    return chunk_count(len(held_out_queries(round_)), QUERIES_PER_UNIT)


def ask(round_: Round, index: int) -> list[Question[Asked]]:
    candidate = candidate_of(round_)
    if candidate is None:  # its servers lost it since the stage began, and the gate says so
        return []
    require_budget(round_)
    queries = held_out_queries(round_)[index * QUERIES_PER_UNIT : (index + 1) * QUERIES_PER_UNIT]
    sampling = Sampling(temperature=0.0, max_tokens=round_.plan["max_tokens"])
    return [
        question
        for version in (candidate, round_.learner)
        for question in ask_queries(
            version, _unanswered(queries, version), sampling, purpose=Purpose.EVALUATION
        )
    ]


def read(round_: Round, index: int, answered: Sequence[Answered[Asked]]) -> list[Answer]:
    return read_answers(answered)


def write(round_: Round, index: int, answers: list[Answer]) -> None:
    store_answers(answers)
    record_tokens(round_, Stage.EVALUATE, index, cost_of(answers))


def _unanswered(queries: list[Query], version: ModelVersion) -> list[Query]:
    """A version's greedy answers never change: those of an earlier round are used again."""
    answered = set(
        Response.objects.filter(
            query__in=queries, version=version, purpose=Purpose.EVALUATION
        ).values_list("query_id", flat=True)
    )
    return [query for query in queries if query.pk not in answered]
