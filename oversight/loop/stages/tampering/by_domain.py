"""A round's tampered answers: right ones of the learner with an error put in by the domain."""

from random import Random

from models_srv.domains.domain import Domain, Tampered
from oversight.asking.services.checkers import checker_of, score
from oversight.asking.services.control_items import is_right
from oversight.loop.stages.tampering.drawing import drawn_answers, tampered_queries, unit_part
from oversight.models import Campaign, Purpose, Response, Round
from oversight.statistics.seeds import derive_seed


def tamper_answers(round_: Round, index: int) -> None:
    """Put an error into some right answers to a unit's queries, as many as are its part of the plan."""
    count = unit_part(round_, index)
    domain = checker_of(round_.campaign) if count else None
    if domain is None:
        return
    done = tampered_queries(round_, index)
    for answer in drawn_answers(round_, index):
        if len(done) < count and answer.query_id not in done and _tamper(domain, answer):
            done.add(answer.query_id)


def _tamper(domain: Domain, answer: Response) -> bool:
    tampered = tampered_text(domain, answer.query.campaign, answer)
    if tampered:
        store_tampered(answer, tampered)
    return tampered is not None


def tampered_text(domain: Domain, campaign: Campaign, answer: Response) -> Tampered | None:
    """Return a right answer with an error put in; None where it is not right, or has no place for one.

    The same text is always tampered with alike.
    """
    if is_right(campaign, answer) is not True:
        return None
    rng = Random(derive_seed(answer.text, "tamper"))
    tampered = domain.tamper(answer.query.text, answer.text, rng)
    if not tampered or score(campaign, answer.query.text, tampered.text) != 0:
        return None
    return tampered


def store_tampered(answer: Response, tampered: Tampered) -> Response:
    return Response.objects.create(
        query_id=answer.query_id,
        revises=answer,
        purpose=Purpose.TAMPERED,
        text=tampered.text,
        sampling={"problem": tampered.problem, "category": tampered.category},
    )
