"""Who cross-examines a round's answers, and which answers."""

from collections.abc import Collection

from django.db.models import Q, QuerySet

from models_srv.domains.domain import Domain
from models_srv.domains.registry import domain_of
from oversight.models import BackendKind, ModelVersion, Purpose, Response, Round
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


def answers_to_examine(round_: Round, slots: Collection[int]) -> QuerySet[Response]:
    """Return the answers to the queries in these slots that people may be shown.

    All of them, and those with an error put in like the rest: the evidence beside an answer must not tell
    whether its item is one of those whose right answer is known.
    """
    own = Q(version=round_.learner, purpose__in=EXAMINED)
    spoiled = Q(purpose=Purpose.TAMPERED, revises__version=round_.learner)
    rows = Response.objects.filter(own | spoiled, query__round=round_, query__slot__in=slots)
    said = rows.filter(query__rejected_reason="").exclude(finish_reason="error").exclude(text="")
    return said.select_related("query").order_by("query__slot", "purpose", "sample", "pk")
