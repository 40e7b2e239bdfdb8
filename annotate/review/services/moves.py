"""How a review moves: always locked, always with a line that says who moved it and when."""

from annotate.models import MoveKind, Review, ReviewMove, ReviewState
from annotate.models.review import ReviewOutcome
from oversight.models import User


def lock_review(review_id: int) -> Review:
    """Return the review as it is now, locked. Its item, where that is locked too, is locked before it."""
    rows = Review.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("reviewer", "campaign").get(pk=review_id)


def move(
    review: Review,
    kind: MoveKind,
    after: ReviewState,
    *,
    by: User | None,
    note: str = "",
    to: User | None = None,
) -> None:
    """Save the review in its new state, and write down the move. Call with the review locked."""
    former, review.state = review.state, after
    review.save()
    ReviewMove.objects.create(
        review=review,
        kind=kind,
        from_state=former,
        to_state=after,
        by=by,
        sent_to=to,
        note=note,
    )


def end_withdrawn(*, item_id: int) -> bool:
    """End the review of an item that was withdrawn: nothing said of it stands. Return whether it did."""
    found = Review.objects.unfinished().filter(item=item_id).first()
    if found is None:
        return False
    review = lock_review(found.pk)
    if review.state == ReviewState.ADJUDICATED:
        return False
    review.outcome, review.sent_back_to = ReviewOutcome.WITHDRAWN, None
    move(review, MoveKind.WITHDRAWN, ReviewState.ADJUDICATED, by=None)
    return True
