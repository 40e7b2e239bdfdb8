"""Who has an item open just now: a round that waits for them is not forgotten."""

from annotate.models import Assignment
from oversight.lists import MOST_COUNTED, bounded_count
from oversight.models import Campaign, ItemState
from oversight.pages.selectors.needs import Need
from oversight.people.policies.permissions import Permission
from oversight.policies.durations import in_words


def held_needs(campaign: Campaign) -> list[Need]:
    # Of one person's leases one is open; another may be taken ahead, and is not waited for yet.
    held = Assignment.objects.live().filter(campaign=campaign, item__state=ItemState.OPEN)
    count = bounded_count(held.order_by("annotator").distinct("annotator"))
    if not count:
        return []
    many = f"more than {MOST_COUNTED:,}" if count > MOST_COUNTED else f"{count:,}"
    words = "1 person has an item open" if count == 1 else f"{many} people have an item open"
    lease = in_words(campaign.judging.lease_minutes * 60)
    detail = f"whoever opened one has {lease} to answer it; after that others are asked"
    return [Need(words, detail, "Items", "campaign-items", permission=Permission.SEE_ITEMS)]
