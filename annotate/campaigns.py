"""Campaigns in which a person may annotate."""

from oversight.models import Campaign, MemberRole, User
from oversight.models.campaigns import CampaignQuerySet

ANNOTATING_ROLES = [MemberRole.ANNOTATOR, MemberRole.ADMIN]


def annotatable_campaigns(user: User) -> CampaignQuerySet:
    """Campaigns at work in which the person is an annotator or an admin."""
    return Campaign.objects.filter(
        pk__in=user.memberships.filter(role__in=ANNOTATING_ROLES).values("campaign"),
        archived_at__isnull=True,
    )
