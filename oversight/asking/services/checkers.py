"""Who knows the truth. Read by gold items, evaluation and simulated annotators, by nothing else."""

from models_srv.domains.domain import Domain
from models_srv.domains.registry import domain_of, why_missing
from oversight.errors import CheckerMissing
from oversight.models import Campaign


def checker_of(campaign: Campaign) -> Domain | None:
    """Return what knows the truth in the campaign, None where it has no checker.

    Raises CheckerMissing where it has one that this process cannot use: nobody's word is taken in
    its place.
    """
    name = campaign.basics.checker
    if name and (why := why_missing(name)):
        raise CheckerMissing(campaign.slug, name, why)
    return domain_of(name)


def score(campaign: Campaign, query: str, response: str) -> float | None:
    """Return 1 for a correct answer, 0 for a wrong one, None where there is no truth to tell.

    Raises as `checker_of`.
    """
    return _score(checker_of(campaign), query, response)


def shown_score(campaign: Campaign, query: str, response: str) -> float | None:
    """Return the score as a page shows it: None too where the checker cannot be used."""
    return _score(domain_of(campaign.basics.checker), query, response)


def _score(domain: Domain | None, query: str, response: str) -> float | None:
    verdict = domain.is_correct(query, response) if domain else None
    return None if verdict is None else float(verdict)
