"""What of reviews waits for one person: answers sent back to them, and what they may review."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from annotate.models import (
    Assignment,
    AssignmentState,
    MoveKind,
    Review,
    ReviewMove,
    ReviewState,
)
from oversight.lists import bounded_count
from oversight.models import Campaign, User
from oversight.people.policies.permissions import Permission
from oversight.people.selectors.roles import is_allowed

# Of an assignment: who has it, or had an answer in it, does not review the item.
HAS_PART = Q(state__in=[AssignmentState.LEASED, AssignmentState.SUBMITTED]) | Q(was_taken_back=True)


@dataclass(frozen=True)
class SentBack:
    """`note` is what the reviewer says, `at` when they did."""

    assignment_id: int
    note: str
    at: datetime


def sent_back_to(user: User, campaign: Campaign) -> list[SentBack]:
    """Return them, the oldest first: two queries, one where there is none."""
    # Of those in review, which are few: not of all that the person ever answered.
    waiting = Review.objects.filter(
        campaign=campaign, state=ReviewState.IN_REVIEW, sent_back_to__isnull=False
    )
    rows = waiting.filter(sent_back_to__annotator=user)
    found = {row.pk: row for row in rows.order_by("pk")}
    moves = ReviewMove.objects.filter(review__in=found, kind=MoveKind.SENT_BACK) if found else []
    last = {move.review_id: move.at for move in moves}
    return [
        SentBack(row.sent_back_to_id or 0, row.note, last.get(pk, row.created_at))
        for pk, row in found.items()
    ]


def reviews_waiting(user: User, campaign: Campaign) -> int:
    """Return how many wait that this person may take, since they had no part in the item, or for them to
    look a second time; 0 where they do not review. Counted up to `oversight.lists.MOST_COUNTED`."""
    if not is_allowed(campaign, user, Permission.REVIEW_ANSWERS):
        return 0
    mine = Assignment.objects.filter(HAS_PART, annotator=user)
    # Looked up for each review by its item: what the person ever answered may be much.
    own = Exists(mine.filter(item=OuterRef("item")))
    decided = Exists(mine.filter(item__adjudicates=OuterRef("item")))
    to_take = Q(~own, ~decided, state=ReviewState.TODO)
    second = Q(state=ReviewState.SECOND_LOOK, reviewer=user)
    return bounded_count(campaign.reviews.filter(to_take | second))
