"""What follows from the standing answers to an item, after every change of one of them.

Locks are taken in one order: the item that is adjudicated, then its adjudication.
"""

from collections.abc import Callable

from django.db.models import Q, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from oversight.feedback.selectors.item_answers import ItemAnswers, item_answers
from oversight.feedback.services.adjudication import follow_adjudication, may_be_adjudicated
from oversight.feedback.services.preferences import follow_preferences, gives_preferences
from oversight.feedback.services.rewrites import withdraw_rewrites
from oversight.models import ItemState, Judgement, ReviewItem, Round, Withdrawal


def lock_item(item_id: int) -> ReviewItem:
    """Return the item as it is now, locked; with one that it adjudicates, locked before it."""
    adjudicated = lock_adjudicated(ReviewItem.objects.only("adjudicates").get(pk=item_id))
    item = ReviewItem.objects.select_for_update(no_key=True).get(pk=item_id)
    item.adjudicates = adjudicated
    return item


def lock_adjudicated(item: ReviewItem) -> ReviewItem | None:
    """Lock what this item adjudicates, before the item itself. None: it is no adjudication."""
    if item.adjudicates_id is None:
        return None
    return ReviewItem.objects.select_for_update(no_key=True).get(pk=item.adjudicates_id)


def settle_item(
    *, item: ReviewItem, is_closing: bool = False, save_answered: Callable[[], None] | None = None
) -> bool:
    """Let everything follow that the standing answers to an item mean: whether it is closed, its

    preferences, its adjudication; of an adjudication, those of the item that it decides. Return
    whether that changed any row: run a second time it does not. `item` comes from `lock_item`, in
    the transaction that changed an answer. `is_closing`: nobody else is asked, the answers given
    are all. `save_answered` is given with a new answer, and writes the item's row for this service.
    """
    subject = item.adjudicates or item
    is_known = save_answered is not None and not _says_more(item, subject)
    answers = None if is_known else item_answers(subject)
    has_all = answers.is_complete(item) if answers else True
    is_closed_now = item.state == ItemState.OPEN and (is_closing or has_all)
    if is_closed_now:
        item.state, item.closed_at = ItemState.CLOSED, timezone.now()
    if save_answered:
        save_answered()
    elif is_closed_now:
        item.save(update_fields=["state", "closed_at"])
    return (answers is not None and _follow(answers)) or is_closed_now


def _says_more(item: ReviewItem, subject: ReviewItem) -> bool:
    """Whether an answer can mean more than that an item with a single seat is closed."""
    return item.annotators > 1 or may_be_adjudicated(subject) or gives_preferences(subject)


def _follow(answers: ItemAnswers) -> bool:
    meaning, before = answers.meaning(), set(answers.preferences.values())
    has_changed = not before.issuperset(follow_preferences(answers, meaning))
    has_changed |= follow_adjudication(answers, meaning)
    if answers.item.state == ItemState.WITHDRAWN:
        has_changed |= withdraw_rewrites(item=answers.item)
    return has_changed


def withdraw_item(*, item: ReviewItem, because: Withdrawal = Withdrawal.FAULT) -> None:
    """Take an item from everybody, mostly for a fault of its own: nothing said of it stands any more.

    The texts are those of what it adjudicates and of its adjudication too, which go with it.
    `item` comes from `lock_item`.
    """
    subject = item.adjudicates or item
    ReviewItem.objects.filter(Q(pk=subject.pk) | Q(adjudicates=subject)).update(
        state=ItemState.WITHDRAWN,
        withdrawn_because=because,
        closed_at=Coalesce("closed_at", Value(timezone.now())),
    )
    subject.refresh_from_db(fields=["state"])
    settle_item(item=subject)


def close_unanswered(*, round: Round) -> int:
    """Ask nobody else about the round's open items; return how many there were.

    Where somebody has answered, the answers given are all, and stand; the others are withdrawn.
    Call inside a transaction.
    """
    items = list(round.items.open().select_for_update(no_key=True, of=("self",)).order_by("pk"))
    answered = set(
        Judgement.objects.standing().filter(item__in=items).values_list("item_id", flat=True)
    )
    for item in items:
        if item.pk in answered:
            settle_item(item=item, is_closing=True)
    round.items.open().filter(pk__in=[item.pk for item in items]).update(
        state=ItemState.WITHDRAWN,
        withdrawn_because=Withdrawal.REVIEW_CLOSED,
        closed_at=timezone.now(),
    )
    return len(items)
