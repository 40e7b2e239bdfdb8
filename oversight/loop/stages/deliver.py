"""The new version is loaded on its servers and proven to answer there, before anybody compares it."""

from oversight.loop.selectors.candidates import trained_version
from oversight.models import Delivery, Round
from oversight.versions.services.delivery import Outcome, conclude_delivery, try_delivery


def unit_count(round_: Round) -> int:
    """None where there is no candidate, or it runs in process and was trained just now."""
    candidate = trained_version(round_)
    return int(candidate is not None and Delivery.objects.filter(version=candidate).exists())


def think(round_: Round, index: int) -> Outcome:
    """Raises ModelUnavailable while a server is away: the unit waits for it, the candidate stays."""
    candidate = trained_version(round_)
    assert candidate is not None
    return try_delivery(candidate)


def write(round_: Round, index: int, outcome: Outcome) -> None:
    candidate = trained_version(round_)
    assert candidate is not None
    conclude_delivery(version=candidate, outcome=outcome)
