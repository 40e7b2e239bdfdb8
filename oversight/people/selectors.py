"""What a person is in a campaign."""

from collections.abc import Iterable

from oversight.models import (
    Campaign,
    CampaignMember,
    MemberRole,
    User,
)

ENGINEERS = frozenset({MemberRole.ADMIN.value, MemberRole.ENGINEER.value})
ADMINS = frozenset({MemberRole.ADMIN.value})
MEMBERS = frozenset(MemberRole.values)


def roles_in(campaign: Campaign, user: User) -> frozenset[str]:
    """Return what the person is in the campaign: a superuser is everything, a stranger nothing."""
    if user.is_superuser:
        return frozenset(MemberRole.values)
    rows = CampaignMember.objects.filter(campaign=campaign, user=user)
    return frozenset(rows.values_list("role", flat=True))


def has_any_role(campaign: Campaign, user: User, roles: Iterable[str]) -> bool:
    return not roles_in(campaign, user).isdisjoint(roles)
