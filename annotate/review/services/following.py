"""A review goes on once the answer that it sent back was given again."""

from annotate.models import Assignment, MoveKind, Review, ReviewState
from annotate.review.services.moves import lock_review, move
from annotate.review.services.telling import tell_reviewer


def follow_correction(assignment: Assignment) -> None:
    """Have the reviewer look a second time. Call with the item locked, as whoever takes answers does."""
    found = Review.objects.filter(sent_back_to=assignment).first()
    if found is None:
        return
    review = lock_review(found.pk)
    if review.sent_back_to_id != assignment.pk:
        return
    review.sent_back_to, review.note = None, ""
    move(review, MoveKind.ANSWERED_AGAIN, ReviewState.SECOND_LOOK, by=assignment.annotator)
    if review.reviewer:
        tell_reviewer(review=review, reviewer=review.reviewer)
