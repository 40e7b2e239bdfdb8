"""What a person is in a campaign, and in which campaigns they may do something."""

from oversight.errors import AtRest
from oversight.models import Campaign, CampaignMember, CampaignState, MemberRole, User
from oversight.models.campaigns import CampaignQuerySet
from oversight.people.policies.permissions import AFTER_THE_END, Permission


def roles_in(campaign: Campaign, user: User) -> frozenset[str]:
    """Return what the person is in the campaign: a superuser is everything, a stranger nothing."""
    if user.is_superuser:
        return frozenset(MemberRole.values)
    rows = CampaignMember.objects.filter(campaign=campaign, user=user)
    return frozenset(rows.values_list("role", flat=True))


def is_allowed(campaign: Campaign, user: User, permission: Permission) -> bool:
    return not roles_in(campaign, user).isdisjoint(permission.roles)


def campaigns_where(user: User, permission: Permission) -> CampaignQuerySet:
    """Return the campaigns in which the person may do this: all of them for superusers."""
    return Campaign.objects.all() if user.is_superuser else campaigns_as_member(user, permission)


def campaigns_as_member(user: User, permission: Permission) -> CampaignQuerySet:
    """The same by the person's roles alone: items, for one, go to members."""
    rows = CampaignMember.objects.filter(user=user, role__in=permission.roles)
    return Campaign.objects.filter(pk__in=rows.values("campaign"))


def demand_not_ended(campaign: Campaign, permission: object) -> None:
    """Raise AtRest where the campaign is finished and this would change it."""
    if campaign.has_ended and permission not in AFTER_THE_END:
        raise AtRest(campaign.name, campaign.state)


def demand_at_work(campaign: Campaign) -> None:
    """Raise AtRest where the campaign is paused or finished."""
    if campaign.state != CampaignState.ACTIVE:
        raise AtRest(campaign.name, campaign.state)
