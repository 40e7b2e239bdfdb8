"""The board: the reviews of a campaign by state, a page at a time; nothing of what was answered."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.db.models.functions import Left

from annotate.care.selectors.showing import Showing, Viewer
from annotate.models import Assignment, Review, ReviewReason, ReviewState
from annotate.work.selectors.reviews import HAS_PART
from oversight.lists import PER_PAGE, Place, bounded_count, rows_after
from oversight.models import Campaign, User

TEXT_SHOWN = 300


@dataclass(frozen=True)
class Row:
    """One review in a list. `has_part`: the person who looks has answered the item themself."""

    review: Review
    text: str
    showing: Showing
    has_part: bool

    @property
    def reasons(self) -> list[str]:
        return [str(ReviewReason(reason).label) for reason in self.review.reasons]


def reviews_of(
    campaign: Campaign, state: str, *, reason: str = "", reviewer: User | None = None
) -> QuerySet[Review]:
    rows = Review.objects.filter(campaign=campaign, state=state)
    rows = rows.filter(reasons__contains=[reason]) if reason else rows
    return rows.filter(reviewer=reviewer) if reviewer else rows


def counts_of(campaign: Campaign) -> list[tuple[ReviewState, int]]:
    """Return each state with how many reviews are in it, up to one more than is counted."""
    return [(state, bounded_count(reviews_of(campaign, state))) for state in ReviewState]


def first_waiting(counts: Iterable[tuple[ReviewState, int]]) -> ReviewState:
    """Return the first state in which something waits; what is to do, where nothing does."""
    waiting = (state for state, count in counts if count and state != ReviewState.ADJUDICATED)
    return next(waiting, ReviewState.TODO)


def board_rows(
    rows: QuerySet[Review], viewer: Viewer, *, after: int | None, is_falling: bool
) -> tuple[list[Row], int | None]:
    """Return the rows of a page and the place of the next one, None where it is the last."""
    place = Place(None, after) if after else None
    page = rows_after(rows, ["id"], place, is_falling=is_falling)
    related = page.select_related("item__query", "reviewer", "sent_back_to__annotator")
    lean = related.defer("item__query__text", "item__query__messages", "item__query__reference")
    found = list(lean.annotate(shown_text=Left("item__query__text", TEXT_SHOWN)))
    shown = found[:PER_PAGE]
    own = _with_part(viewer.user, [row.item_id for row in shown])
    listed = [
        Row(
            row,
            row.shown_text,
            viewer.showing(row.item.query.node),
            row.item_id in own,
        )
        for row in shown
    ]
    return listed, shown[-1].pk if len(found) > PER_PAGE else None


def _with_part(user: User, item_ids: Iterable[int]) -> set[int]:
    of_these = Q(item__in=item_ids) | Q(item__adjudicates__in=item_ids)
    mine = Assignment.objects.filter(HAS_PART, of_these, annotator=user)
    places = mine.values_list("item_id", "item__adjudicates_id")
    return {adjudicated or pk for pk, adjudicated in places}
