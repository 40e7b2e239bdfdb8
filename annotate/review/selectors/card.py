"""An item as it is put before its reviewer: without a lease, in an order drawn once for the two."""

from random import Random

from django.utils import timezone

from annotate.models import Assignment, Review
from annotate.queue.policies.presentation import draw_order
from oversight.models import ItemKind, User


def held_for(review: Review, user: User) -> Assignment:
    """Return what the card is made from. It is not saved: a review takes no seat."""
    item = review.item
    is_rating = item.kind == ItemKind.CRITIQUE_RATING
    count = item.critiques.count() if is_rating else len(item.response_ids)
    return Assignment(
        pk=0,
        item=item,
        campaign=review.campaign,
        annotator=user,
        order_shown=draw_order(count, Random(f"review:{review.pk}:{user.pk}")),
        expires_at=timezone.now(),
    )
