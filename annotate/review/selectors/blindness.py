"""Who is to answer first: what others said of an item is kept from them on every page until then."""

from collections.abc import Sequence

from django.db.models import Exists, OuterRef

from annotate.models import Assignment, AssignmentState, Review, ReviewAnswer
from oversight.models import ReviewItem, User


def items_kept_blind(user: User, item_ids: Sequence[int]) -> set[int]:
    """Return those of the items whose answers the person is not to see yet: they hold the item, or have
    taken its review and not answered. With an item goes its adjudication, and the other way round."""
    answered = ReviewAnswer.objects.filter(review=OuterRef("pk"), reviewer=user)
    unanswered = Review.objects.unfinished().filter(~Exists(answered), reviewer=user)
    held = Assignment.objects.filter(annotator=user, state=AssignmentState.LEASED)
    about = _kin(item_ids)
    to_answer = {
        *unanswered.filter(item__in=about).values_list("item_id", flat=True),
        *held.filter(item__in=about).values_list("item_id", flat=True),
    }
    return _kin(list(to_answer)).intersection(item_ids) if to_answer else set()


def _kin(item_ids: Sequence[int]) -> set[int]:
    """Return the items, what they adjudicate, and what adjudicates them."""
    rows = ReviewItem.objects.filter(pk__in=item_ids).values_list("adjudicates_id", "adjudication")
    return {*item_ids, *(pk for row in rows for pk in row if pk is not None)}
