"""What can be done to many items at once. Each kind says which items it fits, and does it to some.

Areas above bring their own by `register_act`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db.models import Max, Q

from oversight.feedback.services.settling import lock_item, settle_item, withdraw_item
from oversight.models import (
    BulkAct,
    ItemKind,
    ItemState,
    ItemTag,
    ReviewItem,
    Withdrawal,
)

DONE = "done"


@dataclass(frozen=True)
class ActKind:
    """`apply` does it to items, locked in the order of their ids, inside the caller's transaction,
    and returns each one's outcome. `needs`: "", "tag" or "person". `most` items at once, None: any."""

    name: str
    label: str
    happens: str
    fits: Q
    left_out: str
    apply: Callable[[BulkAct, Sequence[int]], dict[int, str]]
    needs: str = ""
    most: int | None = None


def withdraw(act: BulkAct, item_ids: Sequence[int]) -> dict[int, str]:
    for pk in item_ids:
        item = lock_item(pk)
        if item.state != ItemState.WITHDRAWN:
            withdraw_item(item=item, because=Withdrawal.BY_HAND)
    return dict.fromkeys(item_ids, DONE)


def ask_once_more(act: BulkAct, item_ids: Sequence[int]) -> dict[int, str]:
    """Open closed items for one more person; what they mean follows, once that one has answered."""
    return {pk: _ask_once_more(pk) for pk in item_ids}


def _ask_once_more(pk: int) -> str:
    item = lock_item(pk)
    if item.state != ItemState.CLOSED:
        return "not closed any more"
    item.state, item.closed_at = ItemState.OPEN, None
    # One more than have answered or hold it: what was free when it was closed stays so.
    item.annotators, item.seats_free = item.annotators - item.seats_free + 1, 1
    item.save(update_fields=["state", "closed_at", "annotators", "seats_free"])
    settle_item(item=item)
    return DONE


def move_to_front(act: BulkAct, item_ids: Sequence[int]) -> dict[int, str]:
    """Put open items before all others of the campaign, level with each other."""
    rows = ReviewItem.objects.filter(campaign=act.campaign, state=ItemState.OPEN)
    others = rows.exclude(acts__act=act).aggregate(most=Max("priority"))["most"] or 0.0
    open_ids = set(
        rows.filter(pk__in=item_ids)
        .order_by("pk")
        .select_for_update(no_key=True)
        .values_list("pk", flat=True)
    )
    ReviewItem.objects.filter(pk__in=open_ids).update(priority=others + 1)
    return {pk: DONE if pk in open_ids else "not open any more" for pk in item_ids}


def tag(act: BulkAct, item_ids: Sequence[int]) -> dict[int, str]:
    ItemTag.objects.bulk_create(
        (
            ItemTag(
                campaign_id=act.campaign_id,
                item_id=pk,
                tag=act.values["tag"],
                created_by_id=act.created_by_id,
            )
            for pk in item_ids
        ),
        ignore_conflicts=True,
    )
    return dict.fromkeys(item_ids, DONE)


_kinds: dict[str, ActKind] = {}


def register_act(*kinds: ActKind) -> None:
    _kinds.update((kind.name, kind) for kind in kinds)


def act_kinds() -> dict[str, ActKind]:
    return dict(_kinds)


register_act(
    ActKind(
        "withdraw",
        "Withdraw",
        "Nobody is asked about them any more, and what was said of them counts no longer: it is kept, "
        "and neither trained on nor exported.",
        ~Q(state=ItemState.WITHDRAWN),
        "withdrawn already",
        withdraw,
    ),
    ActKind(
        "requeue",
        "Ask one more person",
        "They are open again for one more person. Until that one has answered, nothing is preferred "
        "of their pairs.",
        Q(state=ItemState.CLOSED) & ~Q(kind=ItemKind.ADJUDICATION),
        "not closed, or the decision of another item",
        ask_once_more,
    ),
    ActKind(
        "priority",
        "Move to the front of the queue",
        "People are asked about them before all others.",
        Q(state=ItemState.OPEN),
        "not open",
        move_to_front,
    ),
    ActKind("tag", "Tag", "They can be found by the tag.", Q(), "", tag, needs="tag"),
)
