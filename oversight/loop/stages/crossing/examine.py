"""What some of the answers claim is put into questions: by the domain, else by the examiner."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from models_srv.domains.domain import AskedAgain
from models_srv.roles.cross_examiner import build_cross_request, parse_claims
from models_srv.types import Conversation, Generation, ModelRequest, Sampling
from oversight.campaigns.services.queries import storable
from oversight.loop.selectors.crossing import (
    answers_to_examine,
    asked_by_domain,
    asking_domain,
    asking_seed,
    cross_share,
    examined_count,
    examiner_of,
)
from oversight.loop.services.spending import Told, record_tokens, require_budget
from oversight.loop.stages.asking import Answered, Question
from oversight.loop.stages.chunks import drawn_slots, round_chunk_count
from oversight.loop.stages.provenance import sampling_of
from oversight.models import CrossQuestion, Response, Round, Stage
from oversight.statistics.seeds import derive_seed

MAX_TOKENS = 1024


@dataclass(frozen=True)
class Asked:
    """Questions, not saved, and what they cost."""

    questions: list[CrossQuestion]
    told: list[Told] = field(default_factory=list)


def unit_count(round_: Round) -> int:
    """No units where nothing is to be examined, or nobody can ask."""
    can_ask = examined_count(round_) and (asking_domain(round_) or examiner_of(round_))
    return round_chunk_count(round_) if can_ask else 0


def ask(round_: Round, index: int) -> list[Question[Response]]:
    """Ask the examiner about the answers of which the domain knows nothing to ask."""
    examiner = examiner_of(round_)
    answers = [answer for answer, asked in _of_domain(round_, index) if not asked]
    if examiner is None or not answers:
        return []
    require_budget(round_)
    sampling = Sampling(
        temperature=0.0, max_tokens=MAX_TOKENS, seed=derive_seed(round_.seed, "examine", index)
    )
    return [
        Question(examiner, ModelRequest(_prompt(answer), sampling, name=f"{answer.pk}"), answer)
        for answer in answers
    ]


def read(round_: Round, index: int, answered: Sequence[Answered[Response]]) -> Asked:
    known = [
        row for answer, asked in _of_domain(round_, index) for row in _rows(round_, answer, asked)
    ]
    told = [(question.version.pk, generation) for question, (generation,) in answered]
    said = [
        row for question, (generation,) in answered for row in _read(round_, question, generation)
    ]
    return Asked([*known, *said], told)


def write(round_: Round, index: int, asked: Asked) -> None:
    CrossQuestion.objects.bulk_create(asked.questions, ignore_conflicts=True)
    record_tokens(round_, Stage.EXAMINE, index, asked.told)


def _prompt(answer: Response) -> Conversation:
    return build_cross_request(query=answer.query.text, answer=answer.text)


def _of_domain(round_: Round, index: int) -> list[tuple[Response, list[AskedAgain]]]:
    """Return the unit's answers with what the domain asks about each."""
    drawn = drawn_slots(round_, index, cross_share(round_), "cross")
    answers = answers_to_examine(round_).filter(query__slot__in=drawn)
    return [(answer, asked_by_domain(round_, answer)) for answer in answers]


def _rows(round_: Round, answer: Response, asked: Sequence[AskedAgain]) -> list[CrossQuestion]:
    return [
        CrossQuestion(
            round=round_,
            response=answer,
            number=number,
            claim=storable(each.claim),
            text=storable(each.question),
            domain=round_.campaign.basics.checker,
            sampling={"seed": asking_seed(round_, answer)},
        )
        for number, each in enumerate(asked, start=1)
    ]


def _read(
    round_: Round, question: Question[Response], generation: Generation
) -> list[CrossQuestion]:
    """Return a row for each question that can be read; else one that keeps what the examiner said."""
    claims = [(each.claim, each.question) for each in parse_claims(generation)] or [("", "")]
    return [
        CrossQuestion(
            round=round_,
            response=question.about,
            number=number,
            claim=storable(claim),
            text=storable(text),
            version=question.version,
            prompt_hash=generation.prompt_hash,
            sampling=sampling_of(question.request.sampling, generation),
            raw_text=storable(generation.raw_text),
        )
        for number, (claim, text) in enumerate(claims, start=1)
    ]
