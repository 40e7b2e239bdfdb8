"""Taking a seat: the busiest statement of all.

It reads the partial index `item_queue` from its head and stops at the first row that nobody else is
busy with.
"""

from dataclasses import dataclass
from functools import cache

from django.db.models import F

from annotate.queue.selectors.critiques import HAS_CRITIQUE
from annotate.queue.selectors.offers import OF_SAME_GROUP, Offer
from oversight.models import ReviewItem
from oversight.statements import Statement

CLAIM = """
    -- Apart and once: a join may read a subquery several times, and each time lock another row.
    WITH first AS MATERIALIZED (
        SELECT item.id FROM oversight_reviewitem item
        WHERE [conditions]
        ORDER BY item.priority DESC, item.id LIMIT 1
        FOR NO KEY UPDATE [wait]
    )
    UPDATE oversight_reviewitem item SET seats_free = item.seats_free - 1
    FROM first
    WHERE item.id = first.id
    RETURNING {item},
        (SELECT node FROM oversight_query WHERE id = item.query_id),
        (SELECT mine.id FROM annotate_assignment mine
         WHERE mine.item_id = first.id AND mine.annotator_id = %(user)s),
        [has_critique]
"""


_SAME_GROUP = Statement(
    "SELECT EXISTS ([other]) FROM oversight_reviewitem item WHERE item.id = %(item)s".replace(
        "[other]", OF_SAME_GROUP
    )
)


@dataclass(frozen=True)
class Claim:
    """A seat of an item; `former_id` is the person's own assignment to it, expired or skipped.

    `has_critique`: there is one that can be shown, so that it makes a difference whether it is.
    """

    item: ReviewItem
    category: str
    former_id: int | None
    has_critique: bool


def claim_item(offer: Offer, *, is_waiting: bool = False) -> Claim | None:
    """Take a seat of the first item on offer; None: there is none. Call inside a transaction.

    Items that others are busy with right now are passed over, or waited for.
    """
    return _claim(offer, offer.conditions, "" if is_waiting else "SKIP LOCKED")


def claim_skipped(offer: Offer) -> Claim | None:
    """Take a seat of the first item that the person skipped and is offered once more."""
    return _claim(offer, offer.conditions_of_skipped, "")


def _claim(offer: Offer, conditions: str, wait: str) -> Claim | None:
    row = _statement(conditions, wait).first(**offer.values())
    claim = Claim(*row) if row else None
    if claim and offer.spread_over and _is_of_same_group(offer, claim.item):
        # The seat goes back. What was committed meanwhile is seen by the next statement.
        ReviewItem.objects.filter(pk=claim.item.pk).update(seats_free=F("seats_free") + 1)
        return _claim(offer, conditions, wait)
    return claim


def _is_of_same_group(offer: Offer, item: ReviewItem) -> bool:
    """Return whether somebody of the person's own group took a seat while this one was claimed."""
    row = _SAME_GROUP.first(**offer.values(), item=item.pk)
    return bool(row and row[0])


@cache
def _statement(conditions: str, wait: str) -> Statement:
    text = CLAIM.replace("[conditions]", conditions).replace("[wait]", wait)
    text = text.replace("[has_critique]", HAS_CRITIQUE)
    return Statement(text, item=ReviewItem)
