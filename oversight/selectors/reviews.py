"""What waits for people."""

from oversight.models import Campaign, Round, Split, Stage


def review_is_complete(round_: Round) -> bool:
    """Whether no item that the round's stage asks about waits for people any more.

    A correction can open an adjudication after the review: comparing does not wait for that one.
    """
    waiting = round_.items.open()
    if round_.stage == Stage.COMPARE:
        waiting = waiting.filter(query__split=Split.HELD_OUT)
    return not waiting.exists()


def open_priorities(campaign: Campaign) -> list[float]:
    """Return the places in the queue of what waits there, the last first."""
    return list(campaign.items.open().order_by("priority").values_list("priority", flat=True))
