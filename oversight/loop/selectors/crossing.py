"""Who cross-examines a round's answers, and which answers."""

from random import Random

from django.db.models import Q, QuerySet

from models_srv.domains.domain import AskedAgain, Domain
from models_srv.domains.registry import domain_of
from oversight.models import (
    BackendKind,
    CrossAnswer,
    CrossOutcome,
    CrossQuestion,
    ModelVersion,
    Purpose,
    Response,
    Round,
    Stage,
)
from oversight.statistics.seeds import derive_seed
from oversight.versions.selectors.lineage import takes_instructions

EXAMINED = (Purpose.FEEDBACK, Purpose.REFINED)  # of the learner's answers; spoiled ones besides


def cross_share(round_: Round) -> float:
    """Return of which share of the queries the answers are examined."""
    return float(round_.plan.get("cross_share", 0))


def examined_count(round_: Round) -> int:
    """Return how many queries that comes to: none in a round that asks nothing."""
    return round(cross_share(round_) * len(round_.plan.get("slots", [])))


def asking_domain(round_: Round) -> Domain | None:
    """Return the campaign's domain where it knows how to ask again: it is asked before the examiner."""
    domain = domain_of(round_.campaign.basics.checker)
    return domain if domain and domain.can_ask_again else None


def examiner_of(round_: Round) -> ModelVersion | None:
    """Return the model that asks and compares where the domain cannot: the critic, which reads answers
    anyway, where it can be asked in words."""
    critic = round_.critic
    if critic is None or critic.backend == BackendKind.RECORDED or not takes_instructions(critic):
        return None
    return critic


def needs_examiner(round_: Round, stage: Stage) -> bool:
    """Whether anything is left of *examine* or *confront* that the domain cannot do by itself."""
    if stage == Stage.EXAMINE:
        answers = answers_to_examine(round_).iterator(chunk_size=100)
        return any(not asked_by_domain(round_, answer) for answer in answers)
    rows = answers_to_compare(round_).iterator(chunk_size=100)
    return any(told_by_domain(row) is None for row in rows)


def asked_by_domain(round_: Round, answer: Response) -> list[AskedAgain]:
    """Return what the domain asks about an answer."""
    domain = asking_domain(round_)
    rng = Random(asking_seed(round_, answer))
    return domain.ask_again(answer.query.text, answer.text, rng) if domain else []


def asking_seed(round_: Round, answer: Response) -> int:
    return derive_seed(round_.seed, "ask again", answer.query.slot, answer.purpose, answer.sample)


def told_by_domain(row: CrossAnswer) -> CrossOutcome | None:
    """Return what the domain that asked says of an answer to its question; None where it cannot tell."""
    domain = domain_of(row.question.domain) if row.question.domain else None
    asked = AskedAgain(row.question.claim, row.question.text)
    found = domain.contradicts(asked, row.text) if domain else None
    return None if found is None else CrossOutcome.CONTRADICTS if found else CrossOutcome.AGREES


def answers_to_examine(round_: Round) -> QuerySet[Response]:
    """Return the answers to the round's queries about which nothing was asked yet.

    A query that a cancelled round gave back may bring answers along that were asked about there.
    """
    rows = _shown_answers(round_).filter(cross_questions__isnull=True)
    said = rows.filter(query__rejected_reason="").exclude(finish_reason="error").exclude(text="")
    return said.select_related("query").order_by("query__slot", "purpose", "sample", "pk")


def questions_about(round_: Round) -> QuerySet[CrossQuestion]:
    """Return the questions about the round's answers, whichever round asked them."""
    return CrossQuestion.objects.filter(response__in=_shown_answers(round_))


def answers_to_compare(round_: Round) -> QuerySet[CrossAnswer]:
    """Return what the learner said to them and nobody has compared yet; all but what failed."""
    rows = CrossAnswer.objects.filter(question__in=questions_about(round_), verdict__isnull=True)
    return rows.exclude(finish_reason="error").select_related("question")


def _shown_answers(round_: Round) -> QuerySet[Response]:
    """Return the answers to the round's queries that people may be shown.

    All of them, and those with an error put in like the rest: the evidence beside an answer must not tell
    whether its item is one of those whose right answer is known.
    """
    # A revision by another critique than the one that is shown is there for the critic alone.
    own = Q(version=round_.learner, purpose=Purpose.FEEDBACK)
    own |= Q(version=round_.learner, purpose=Purpose.REFINED, sample=0)
    spoiled = Q(purpose=Purpose.TAMPERED, revises__version=round_.learner)
    return Response.objects.filter(own | spoiled, query__round=round_)
