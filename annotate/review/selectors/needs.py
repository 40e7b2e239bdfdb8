"""Reviews that wait, among what needs somebody."""

from annotate.models import ReviewState
from annotate.review.selectors.board import reviews_of
from oversight.lists import MOST_COUNTED, bounded_count
from oversight.models import Campaign
from oversight.pages.selectors.needs import Need
from oversight.people.policies.permissions import Permission


def review_needs(campaign: Campaign) -> list[Need]:
    waiting = bounded_count(reviews_of(campaign, ReviewState.TODO))
    again = bounded_count(reviews_of(campaign, ReviewState.SECOND_LOOK))
    if not waiting + again:
        return []
    words = (
        "1 item is to be reviewed" if waiting == 1 else f"{_many(waiting)} items are to be reviewed"
    )
    detail = f"{_many(again)} for a second look" if again else "somebody looks at the answers again"
    return [Need(words, detail, "Review", "annotate:reviews", permission=Permission.REVIEW_ANSWERS)]


def _many(count: int) -> str:
    return f"more than {MOST_COUNTED:,}" if count > MOST_COUNTED else f"{count:,}"
