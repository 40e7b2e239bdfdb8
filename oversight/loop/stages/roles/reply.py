"""The learner answers what attackers wrote in their trial, greedily."""

from collections.abc import Sequence

from models_srv.types import Sampling
from oversight.loop.selectors.candidates import learner_after
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
from oversight.loop.stages.roles import trained_roles
from oversight.models import Purpose, Query, Round, Stage

QUERIES_PER_UNIT = 50


def tried_queries(round_: Round) -> list[Query]:
    return [query for role, run in trained_roles(round_) for query in role.tried_queries(run)]


def unit_count(round_: Round) -> int:
    return chunk_count(len(tried_queries(round_)), QUERIES_PER_UNIT)


def ask(round_: Round, index: int) -> list[Question[Asked]]:
    """Ask the learner that the next round's attacks will meet."""
    require_budget(round_)
    queries = tried_queries(round_)[index * QUERIES_PER_UNIT : (index + 1) * QUERIES_PER_UNIT]
    sampling = Sampling(temperature=0.0, max_tokens=round_.plan["max_tokens"])
    learner = learner_after(round_)
    return ask_queries(learner, queries, sampling, purpose=Purpose.TRIAL)


def read(round_: Round, index: int, answered: Sequence[Answered[Asked]]) -> list[Answer]:
    return read_answers(answered)


def write(round_: Round, index: int, answers: list[Answer]) -> None:
    store_answers(answers)
    record_tokens(round_, Stage.REPLY, index, cost_of(answers))
