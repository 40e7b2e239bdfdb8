"""Campaigns in which a person may annotate."""

from oversight.models import User
from oversight.models.campaigns import CampaignQuerySet
from oversight.people.policies.permissions import Permission
from oversight.people.selectors.roles import campaigns_as_member

ANNOTATING_ROLES = sorted(Permission.ANNOTATE.roles)


def annotatable_campaigns(user: User) -> CampaignQuerySet:
    """Campaigns at work in which the person is given items."""
    return campaigns_as_member(user, Permission.ANNOTATE).filter(archived_at__isnull=True)
