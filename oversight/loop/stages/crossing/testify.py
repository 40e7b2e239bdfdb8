"""The learner answers each question in a conversation of its own: it cannot keep to its first answer."""

from collections.abc import Sequence

from django.db.models import QuerySet

from models_srv.answers import answer_of
from models_srv.roles.learner import build_answer_request, parse_answer
from models_srv.types import Generation, ModelRequest, Sampling
from oversight.campaigns.services.queries import storable
from oversight.loop.selectors.crossing import examined_count, questions_about
from oversight.loop.services.spending import record_tokens, require_budget
from oversight.loop.stages.asking import Answered, Question
from oversight.loop.stages.chunks import round_chunk_count, slot_range
from oversight.loop.stages.provenance import sampling_of
from oversight.models import CrossAnswer, CrossQuestion, Round, Stage
from oversight.statistics.seeds import derive_seed

Said = tuple[CrossAnswer, Generation]


def unit_count(round_: Round) -> int:
    is_wanted = examined_count(round_) and questions_of(round_).exists()
    return round_chunk_count(round_) if is_wanted else 0


def questions_of(round_: Round) -> QuerySet[CrossQuestion]:
    """Return what is to be answered: all but what has been, and what could not be read."""
    return questions_about(round_).filter(answer__isnull=True).exclude(text="")


def ask(round_: Round, index: int) -> list[Question[CrossQuestion]]:
    """Ask as the answers themselves were asked for, at the round's temperature: an unsure learner says
    now this, now that, and its greedy answer would hide it."""
    require_budget(round_)
    sampling = Sampling(
        temperature=round_.plan["temperature"],
        max_tokens=round_.plan["max_tokens"],
        seed=derive_seed(round_.seed, "testify", index),
    )
    instructions = round_.campaign.basics.learner_instructions
    rows = questions_of(round_).filter(**_in_slots(round_, index))
    return [
        Question(
            round_.learner,
            ModelRequest(
                build_answer_request(query=row.text, instructions=instructions),
                sampling,
                name=f"{row.pk}",
            ),
            row,
        )
        for row in rows.order_by("response__query__slot", "response", "number")
    ]


def read(round_: Round, index: int, answered: Sequence[Answered[CrossQuestion]]) -> list[Said]:
    return [
        (_answer(question, answer_of(generation)), generation)
        for question, (generation,) in answered
    ]


def write(round_: Round, index: int, said: list[Said]) -> None:
    CrossAnswer.objects.bulk_create([row for row, _ in said], ignore_conflicts=True)
    told = [(row.version_id, generation) for row, generation in said]
    record_tokens(round_, Stage.TESTIFY, index, told)


def _in_slots(round_: Round, index: int) -> dict[str, int]:
    slots = slot_range(round_, index)
    at = "response__query__slot"
    return {f"{at}__gte": slots.start, f"{at}__lt": slots.stop}


def _answer(question: Question[CrossQuestion], generation: Generation) -> CrossAnswer:
    return CrossAnswer(
        question=question.about,
        version=question.version,
        text=storable(parse_answer(generation)),
        reasoning=storable(generation.reasoning),
        sampling=sampling_of(question.request.sampling, generation),
        prompt_hash=generation.prompt_hash,
        logprob=generation.logprob,
        tokens=len(generation.tokens) or None,
        finish_reason=generation.finish_reason,
        latency_ms=generation.latency_ms,
    )
