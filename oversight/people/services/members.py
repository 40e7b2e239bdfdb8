"""Who belongs to a campaign."""

from django.db import IntegrityError, transaction

from oversight.errors import InvalidCampaign, NotAllowed, WrongState
from oversight.models import Act, Campaign, CampaignMember, MemberRole, User
from oversight.people.policies.permissions import OWNER, Permission
from oversight.people.selectors.roles import is_allowed
from oversight.people.services.audit import record_act
from oversight.people.services.notifications import forget_unseen


def add_member(
    *, campaign: Campaign, username: str, role: str, by: User | None = None
) -> CampaignMember:
    """Give a person a role, as somebody asks (`by`).

    Raises InvalidCampaign for an unknown name, WrongState for a repeat, NotAllowed where an owner is
    to be made by somebody who is none.
    """
    user = User.objects.named(username).filter(is_active=True).first()
    if user is None:
        raise InvalidCampaign(f"there is no active account named {username!r}")
    return give_role(campaign=campaign, user=user, role=role, by=by)


def give_role(
    *, campaign: Campaign, user: User, role: str, by: User | None = None
) -> CampaignMember:
    """The same for an account. Who has another role and is paused stays paused."""
    demand_owner(campaign, role, by)
    other = CampaignMember.objects.filter(campaign=campaign, user=user).first()
    try:
        with transaction.atomic():
            member = CampaignMember.objects.create(
                campaign=campaign,
                user=user,
                role=role,
                paused_at=other.paused_at if other else None,
            )
            record_act(Act.ROLE_GIVEN, campaign=campaign, by=by, person=user.pk, role=role)
            return member
    except IntegrityError as error:
        raise WrongState(f"{user.username} is {role} of {campaign.slug} already") from error


def admit_everybody(*, campaign: Campaign) -> None:
    """Let in all who have an account: superusers as owners, others to annotate."""
    people = User.objects.filter(is_active=True, is_simulated=False)
    CampaignMember.objects.bulk_create(
        CampaignMember(
            campaign=campaign,
            user=person,
            role=MemberRole.OWNER if person.is_superuser else MemberRole.ANNOTATOR,
        )
        for person in people
    )


def remove_member(*, member: CampaignMember, by: User | None = None) -> None:
    """Take a role away. What the person judged stays.

    Raises WrongState for the last owner, NotAllowed where somebody who is no owner takes one away.
    """
    demand_owner(member.campaign, member.role, by)
    with transaction.atomic():
        # Locked, so that two owners cannot remove each other at the same moment.
        Campaign.objects.select_for_update().get(pk=member.campaign_id)
        owners = CampaignMember.objects.filter(
            campaign_id=member.campaign_id, role=MemberRole.OWNER
        )
        if member.role == MemberRole.OWNER and not owners.exclude(pk=member.pk).exists():
            raise WrongState(f"member {member.pk} is the last owner of the campaign")
        record_act(
            Act.ROLE_TAKEN,
            campaign=member.campaign,
            by=by,
            person=member.user_id,
            role=member.role,
        )
        member.delete()
        forget_unseen(user=member.user, campaign=member.campaign)


def change_role(*, member: CampaignMember, role: str, by: User | None = None) -> CampaignMember:
    """Give a person another role in this one's place. Raises as `give_role` and `remove_member`."""
    with transaction.atomic():
        changed = give_role(campaign=member.campaign, user=member.user, role=role, by=by)
        remove_member(member=member, by=by)
        return changed


def demand_power_over(campaign: Campaign, person: User, by: User) -> None:
    """Raises NotAllowed where the person is an owner, and `by` is none."""
    is_owner = CampaignMember.objects.filter(campaign=campaign, user=person, role=OWNER).exists()
    if is_owner and not is_allowed(campaign, by, Permission.MANAGE_OWNERS):
        raise NotAllowed("only an owner does this to an owner")


def demand_owner(campaign: Campaign, role: str, by: User | None) -> None:
    """Raises NotAllowed where `by`, who is no owner, gives or takes the role of one."""
    if role == OWNER and by and not is_allowed(campaign, by, Permission.MANAGE_OWNERS):
        raise NotAllowed("only an owner makes owners or takes their role away")
