"""Who has a review: it is taken, answered blind first, and given back where somebody cannot go on."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from annotate.campaigns import is_paused
from annotate.errors import NotTheirs
from annotate.models import MoveKind, Review, ReviewAnswer, ReviewState
from annotate.queue.selectors.critiques import check_shown
from annotate.review.selectors.own import has_part_in, is_deserted
from annotate.review.services.moves import lock_review, move
from annotate.work.services.submissions import comparison_payload
from oversight.errors import WrongState
from oversight.feedback.services.settling import lock_item
from oversight.models import ItemKind, ItemState, ReviewItem, User

OWN = "you have answered this item, or hold it: somebody else reviews it"
WITHDRAWN = "the item was withdrawn meanwhile, and nothing said of it is used"


@transaction.atomic
def claim_review(*, review: Review, user: User) -> Review:
    """Let the person have the review; twice is once. Raises WrongState where somebody else has it or
    it is over, NotTheirs where they have a part in the item."""
    item, locked = lock_both(review)
    if locked.reviewer == user and locked.state != ReviewState.ADJUDICATED:
        return locked
    if locked.state == ReviewState.ADJUDICATED:
        raise WrongState("this review is over")
    if locked.reviewer and not is_deserted(locked):
        raise WrongState(f"{locked.reviewer.username} has taken it meanwhile")
    demand_reviewable(item)
    if is_paused(user, locked.campaign):
        raise NotTheirs("you are paused here, and are given nothing new for now")
    if has_part_in(user, item):
        raise NotTheirs(OWN)
    locked.reviewer = user
    after = ReviewState.IN_REVIEW if locked.state == ReviewState.TODO else ReviewState(locked.state)
    move(locked, MoveKind.CLAIMED, after, by=user)
    return locked


@transaction.atomic
def give_back(*, review: Review, by: User, runs_campaign: bool = False) -> Review:
    """Put the review back for anybody to take. Raises NotTheirs where neither they have it nor
    `runs_campaign`, WrongState where nobody has it."""
    locked = lock_review(review.pk)
    if locked.state not in (ReviewState.IN_REVIEW, ReviewState.SECOND_LOOK):
        raise WrongState("nobody has it")
    if locked.reviewer != by and not runs_campaign:
        raise NotTheirs("somebody else has it")
    locked.reviewer, locked.sent_back_to, locked.note = None, None, ""
    move(locked, MoveKind.GIVEN_BACK, ReviewState.TODO, by=by)
    return locked


@transaction.atomic
def answer_blind(
    *, review: Review, user: User, said: Mapping[str, Any], order_shown: str
) -> ReviewAnswer:
    """Keep what the reviewer answered before they see the others; the first answer stands.

    `said` is what the card's form gives. Raises NotTheirs, WrongState, and NotShown for a comment or a
    critique that the card did not have.
    """
    item, locked = lock_both(review)
    demand_held(locked, user)
    demand_reviewable(item)
    kept = ReviewAnswer.objects.filter(review=locked, reviewer=user).first()
    if kept is not None:
        return kept
    if has_part_in(user, item):
        raise NotTheirs(OWN)
    answer = ReviewAnswer.objects.create(
        review=locked,
        reviewer=user,
        payload=_payload(item, said, order_shown),
        order_shown=order_shown,
    )
    move(locked, MoveKind.ANSWERED, ReviewState(locked.state), by=user)
    return answer


def _payload(item: ReviewItem, said: Mapping[str, Any], order_shown: str) -> dict[str, Any]:
    common = {name: said[name] for name in ("rationale", "seconds")}
    if item.kind == ItemKind.STEPS:
        return {"steps": {str(n): label for n, label in said["labels"].items()}, **common}
    if item.kind == ItemKind.CRITIQUE_RATING:
        return {"ratings": said["ratings"], "order_shown": order_shown, **common}
    extras = said["extras"]
    comments = {*said["verdicts"], *extras.deleted, *extras.changes}
    check_shown(item, said["critiques_shown"], comments)
    names = ("choice", "strength", "verdicts", "critiques_shown", "extras")
    return comparison_payload(
        order_shown=order_shown, **common, **{name: said[name] for name in names}
    )


def lock_both(review: Review) -> tuple[ReviewItem, Review]:
    """Return the item and its review as they are now, locked in this order."""
    return lock_item(review.item_id), lock_review(review.pk)


def demand_held(review: Review, user: User) -> None:
    """Raises WrongState, where it is over, or NotTheirs."""
    if review.state == ReviewState.ADJUDICATED:
        raise WrongState("this review is over")
    if review.reviewer != user:
        name = review.reviewer.username if review.reviewer else "nobody"
        raise NotTheirs(f"{name} has this review now: take it first")


def demand_reviewable(item: ReviewItem) -> None:
    """Raises WrongState where the item is not closed, or not any more."""
    if item.state == ItemState.WITHDRAWN:
        raise WrongState(WITHDRAWN)
    if item.state != ItemState.CLOSED:
        raise WrongState("the item is open again, and is reviewed once it is closed")
