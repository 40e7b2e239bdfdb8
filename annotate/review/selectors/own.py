"""Who has had a part in an item, and so does not review it."""

from django.db.models import Q

from annotate.campaigns import is_paused
from annotate.models import Assignment, Review
from annotate.work.selectors.reviews import HAS_PART
from oversight.models import Campaign, ReviewItem, User
from oversight.people.policies.permissions import Permission
from oversight.people.selectors.roles import is_allowed


def has_part_in(user: User, item: ReviewItem) -> bool:
    """Whether the person has answered the item or its adjudication, holds either, or wrote what it is
    about. The trigger `never_review_own` says the same of answers."""
    mine = Assignment.objects.filter(HAS_PART, annotator=user)
    if mine.filter(Q(item=item) | Q(item__adjudicates=item)).exists():
        return True
    return item.critiques.filter(author=user).exists()


def may_review(user: User, campaign: Campaign) -> bool:
    return user.is_active and is_allowed(campaign, user, Permission.REVIEW_ANSWERS)


def is_deserted(review: Review) -> bool:
    """Whether who has it is paused, or may not review any more: then somebody else may take it."""
    holder, campaign = review.reviewer, review.campaign
    if holder is None:
        return False
    return is_paused(holder, campaign) or not may_review(holder, campaign)
