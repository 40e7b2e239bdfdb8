"""Campaigns in which a person may annotate."""

from oversight.models import Campaign, MemberRole, User
from oversight.models.campaigns import CampaignQuerySet

ANNOTATING_ROLES = [MemberRole.ANNOTATOR, MemberRole.ADMIN]
# The groups of settings that nearly every answer goes by: read with the campaign.
GROUPS_READ = ("basics", "judging", "care", "measuring")
WITH_CAMPAIGN = ("annotator", *(f"campaign__{name}" for name in GROUPS_READ))  # of an assignment


def annotatable_campaigns(user: User) -> CampaignQuerySet:
    """Campaigns at work in which the person is an annotator or an admin."""
    return Campaign.objects.select_related(*GROUPS_READ).filter(
        pk__in=user.memberships.filter(role__in=ANNOTATING_ROLES).values("campaign"),
        archived_at__isnull=True,
    )
