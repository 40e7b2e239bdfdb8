"""What waits for people."""

from collections.abc import Collection

from django.db.models import QuerySet

from oversight.models import (
    Campaign,
    Critique,
    ItemState,
    Response,
    ReviewItem,
    Round,
    Split,
    Stage,
)


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


def rounds_have_critiques(campaign: Campaign) -> bool:
    """Whether what people are asked comes with critiques: in campaigns without rounds nothing does."""
    return campaign.rounds.filter(critic__isnull=False).exists()


def criticised(response_ids: Collection[int]) -> set[int]:
    """Return those of the responses that a model has criticised."""
    rows = Critique.objects.filter(response__in=response_ids, version__isnull=False)
    return set(rows.values_list("response_id", flat=True))


def waiting_for_critiques(campaign: Campaign) -> "QuerySet[Response]":
    """Return the responses of the items that wait for critiques before people see them."""
    waiting = campaign.items.filter(state=ItemState.PREPARING)
    ids = {pk for item in waiting for pk in item.response_ids}
    return Response.objects.filter(pk__in=ids)


def is_adjudicated(item: ReviewItem) -> bool:
    """Whether somebody else has decided what the item's own annotators could not."""
    return ReviewItem.objects.filter(adjudicates=item, state=ItemState.CLOSED).exists()
