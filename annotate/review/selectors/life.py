"""What a review did with an item, for the page of its life."""

from annotate.models import ReviewMove
from oversight.models import ReviewItem
from oversight.pages.selectors.life import Event


def review_events(item: ReviewItem) -> list[Event]:
    """One query."""
    moves = ReviewMove.objects.filter(review__item=item).select_related("by", "sent_to")
    return [
        Event(move.at, move.by.username if move.by else "a rule", _words(move)) for move in moves
    ]


def _words(move: ReviewMove) -> str:
    words = f"review: {move.get_kind_display()}"
    words += f" to {move.sent_to.username}" if move.sent_to else ""
    return f"{words}: {move.note}" if move.note else f"{words}."
