"""What waits for people."""

from oversight.models import Campaign, Round


def review_is_complete(round_: Round) -> bool:
    """Whether no item of the round waits for people any more."""
    return not round_.items.open().exists()


def open_priorities(campaign: Campaign) -> list[float]:
    """Return the places in the queue of what waits there, the last first."""
    return list(campaign.items.open().order_by("priority").values_list("priority", flat=True))
