"""Who is to answer first: what others said of an item is kept from them everywhere until then."""

from django.db.models import Exists, OuterRef

from annotate.models import Assignment, AssignmentState, Review, ReviewAnswer
from oversight.models import Campaign, ReviewItem, User


def items_kept_blind(user: User, campaign: Campaign) -> set[int]:
    """Return the items whose answers the person is not to see yet: they hold the item, or have taken
    its review and not answered. With an item goes its adjudication, and the other way round."""
    answered = ReviewAnswer.objects.filter(review=OuterRef("pk"), reviewer=user)
    mine = Review.objects.unfinished().filter(~Exists(answered), campaign=campaign, reviewer=user)
    held = Assignment.objects.filter(
        annotator=user, campaign=campaign, state=AssignmentState.LEASED
    )
    items = list(mine.values_list("item_id").union(held.values_list("item_id")))
    return _with_kin([pk for (pk,) in items]) if items else set()


def _with_kin(item_ids: list[int]) -> set[int]:
    """Return the items, what they adjudicate, and what adjudicates them."""
    rows = ReviewItem.objects.filter(pk__in=item_ids).values_list("adjudicates_id", "adjudication")
    return {*item_ids, *(pk for row in rows for pk in row if pk is not None)}
