"""Who knows the truth. Read by gold items, evaluation and simulated annotators, by nothing else."""

from models_srv.domains.registry import domain_of
from oversight.models import Campaign


def score(campaign: Campaign, query: str, response: str) -> float | None:
    """Return 1 for a correct answer, 0 for a wrong one, None where there is no truth to tell."""
    domain = domain_of(campaign.basics.checker)
    verdict = domain.is_correct(query, response) if domain else None
    return None if verdict is None else float(verdict)
