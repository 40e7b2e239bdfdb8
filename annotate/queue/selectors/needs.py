"""Items that people hold just now: a round that waits for them is not forgotten."""

from annotate.models import Assignment
from oversight.lists import MOST_COUNTED, bounded_count
from oversight.models import Campaign
from oversight.pages.selectors.needs import Need
from oversight.people.policies.permissions import Permission
from oversight.policies.durations import in_words


def held_needs(campaign: Campaign) -> list[Need]:
    count = bounded_count(Assignment.objects.live().filter(campaign=campaign))
    if not count:
        return []
    many = f"more than {MOST_COUNTED:,}" if count > MOST_COUNTED else f"{count:,}"
    words = "1 item is with somebody now" if count == 1 else f"{many} items are with people now"
    lease = in_words(campaign.judging.lease_minutes * 60)
    detail = f"whoever opened one has {lease} to answer; after that others are asked"
    return [Need(words, detail, "Items", "campaign-items", permission=Permission.SEE_ITEMS)]
