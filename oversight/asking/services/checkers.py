"""Who knows the truth. Read by gold items, evaluation and simulated annotators, by nothing else."""

from models_srv.domains.arithmetic.checker import is_correct
from oversight.models import Campaign, Checker


def score(campaign: Campaign, query: str, response: str) -> float | None:
    """Return 1 for a correct answer, 0 for a wrong one, None where there is no truth to tell."""
    if campaign.checker != Checker.ARITHMETIC:
        return None
    verdict = is_correct(query, response)
    return None if verdict is None else float(verdict)
