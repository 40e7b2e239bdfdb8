"""What the learner said then is held against its answer: by the domain, else by the examiner."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import QuerySet

from models_srv.domains.registry import domain_of
from models_srv.roles.cross_examiner import build_verdict_request, parse_verdict
from models_srv.types import Conversation, Generation, ModelRequest, Sampling
from oversight.campaigns.services.queries import storable
from oversight.loop.selectors.crossing import (
    answers_to_compare,
    examined_count,
    examiner_of,
    told_by_domain,
)
from oversight.loop.services.spending import Told, record_tokens, require_budget
from oversight.loop.stages.asking import Answered, Question
from oversight.loop.stages.chunks import round_chunk_count, slot_range
from oversight.loop.stages.provenance import sampling_of
from oversight.models import CrossAnswer, CrossOutcome, CrossVerdict, Round, Stage
from oversight.statistics.seeds import derive_seed

MAX_TOKENS = 1024
OUTCOMES = {
    "yes": CrossOutcome.CONTRADICTS,
    "no": CrossOutcome.AGREES,
    "unclear": CrossOutcome.UNCLEAR,
    None: None,
}


@dataclass(frozen=True)
class Compared:
    """Verdicts, not saved, and what they cost."""

    verdicts: list[CrossVerdict]
    told: list[Told] = field(default_factory=list)


def unit_count(round_: Round) -> int:
    is_wanted = examined_count(round_) and answers_to_compare(round_).exists()
    return round_chunk_count(round_) if is_wanted else 0


def ask(round_: Round, index: int) -> list[Question[CrossAnswer]]:
    """Ask the examiner about what the domain did not ask, or cannot compare."""
    examiner = examiner_of(round_)
    rows = [row for row in _left(round_, index) if told_by_domain(row) is None]
    if examiner is None or not rows:
        return []
    require_budget(round_)
    sampling = Sampling(
        temperature=0.0, max_tokens=MAX_TOKENS, seed=derive_seed(round_.seed, "confront", index)
    )
    return [
        Question(examiner, ModelRequest(_prompt(row), sampling, name=f"{row.pk}"), row)
        for row in rows
    ]


def read(round_: Round, index: int, answered: Sequence[Answered[CrossAnswer]]) -> Compared:
    asked = {question.about.pk for question, _ in answered}
    verdicts = [
        CrossVerdict(
            answer=row,
            outcome=told_by_domain(row) or CrossOutcome.UNCLEAR,
            domain=row.question.domain,
        )
        for row in _left(round_, index)
        if row.pk not in asked and domain_of(row.question.domain)
    ]
    verdicts += [_read(question, generation) for question, (generation,) in answered]
    told = [(question.version.pk, generation) for question, (generation,) in answered]
    return Compared(verdicts, told)


def write(round_: Round, index: int, compared: Compared) -> None:
    CrossVerdict.objects.bulk_create(compared.verdicts, ignore_conflicts=True)
    record_tokens(round_, Stage.CONFRONT, index, compared.told)


def _left(round_: Round, index: int) -> QuerySet[CrossAnswer]:
    slots = slot_range(round_, index)
    rows = answers_to_compare(round_).filter(
        question__response__query__slot__gte=slots.start,
        question__response__query__slot__lt=slots.stop,
    )
    return rows.order_by("question__response", "question__number")


def _prompt(row: CrossAnswer) -> Conversation:
    return build_verdict_request(
        claim=row.question.claim, question=row.question.text, answer=row.text
    )


def _read(question: Question[CrossAnswer], generation: Generation) -> CrossVerdict:
    return CrossVerdict(
        answer=question.about,
        outcome=OUTCOMES[parse_verdict(generation)],
        version=question.version,
        prompt_hash=generation.prompt_hash,
        sampling=sampling_of(question.request.sampling, generation),
        raw_text=storable(generation.raw_text),
    )
