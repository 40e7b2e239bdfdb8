"""Reviews that wait, among what needs somebody."""

from annotate.models import Review, ReviewState
from oversight.lists import MOST_COUNTED, bounded_count
from oversight.models import Campaign
from oversight.pages.selectors.needs import Need
from oversight.people.policies.permissions import Permission

WAITING = [ReviewState.TODO, ReviewState.SECOND_LOOK]


def review_needs(campaign: Campaign) -> list[Need]:
    count = bounded_count(Review.objects.filter(campaign=campaign, state__in=WAITING))
    if not count:
        return []
    many = f"more than {MOST_COUNTED:,}" if count > MOST_COUNTED else f"{count:,}"
    words = "1 item is to be reviewed" if count == 1 else f"{many} items are to be reviewed"
    detail = "somebody who has not answered them looks at the answers again"
    return [Need(words, detail, "Review", "annotate:reviews", permission=Permission.REVIEW_ANSWERS)]
