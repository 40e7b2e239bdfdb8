"""Campaigns in which a person may annotate."""

from oversight.models import Campaign, User
from oversight.models.campaigns import CampaignQuerySet
from oversight.people.policies.permissions import Permission
from oversight.people.selectors.roles import campaigns_as_member

ANNOTATING_ROLES = sorted(Permission.ANNOTATE.roles)
# The groups of settings that nearly every answer goes by: read with the campaign.
GROUPS_READ = ("basics", "judging", "care", "measuring")
WITH_CAMPAIGN = ("annotator", *(f"campaign__{name}" for name in GROUPS_READ))  # of an assignment


def is_paused(user: User, campaign: Campaign) -> bool:
    """Whether the person is given no items there for now: somebody who runs it says so."""
    return user.memberships.filter(campaign=campaign, paused_at__isnull=False).exists()


def annotatable_campaigns(user: User) -> CampaignQuerySet:
    """Campaigns that have not ended in which the person is given items, unless they are paused."""
    return campaigns_of_work(user).not_ended()


def campaigns_of_work(user: User) -> CampaignQuerySet:
    """The same with those that have ended: what one did there stays to be looked at."""
    return campaigns_as_member(user, Permission.ANNOTATE).select_related(*GROUPS_READ)
