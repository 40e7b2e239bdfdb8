"""Who belongs to a campaign."""

from django.db import IntegrityError, transaction

from oversight.errors import InvalidCampaign, WrongState
from oversight.models import Campaign, CampaignMember, MemberRole, User


def add_member(*, campaign: Campaign, username: str, role: str) -> CampaignMember:
    """Give a person a role. Raises InvalidCampaign for an unknown name, WrongState for a repeat."""
    user = User.objects.named(username).filter(is_active=True).first()
    if user is None:
        raise InvalidCampaign(f"there is no active account named {username!r}")
    try:
        with transaction.atomic():
            return CampaignMember.objects.create(campaign=campaign, user=user, role=role)
    except IntegrityError as error:
        raise WrongState(f"{username} is {role} of {campaign.slug} already") from error


def admit_everybody(*, campaign: Campaign) -> None:
    """Let in all who have an account: superusers as admins, others to annotate."""
    people = User.objects.filter(is_active=True, is_simulated=False)
    CampaignMember.objects.bulk_create(
        CampaignMember(
            campaign=campaign,
            user=person,
            role=MemberRole.ADMIN if person.is_superuser else MemberRole.ANNOTATOR,
        )
        for person in people
    )


def remove_member(*, member: CampaignMember) -> None:
    """Take a role away. What the person judged stays. Raises WrongState for the last admin."""
    with transaction.atomic():
        # Locked, so that two admins cannot remove each other at the same moment.
        Campaign.objects.select_for_update().get(pk=member.campaign_id)
        admins = CampaignMember.objects.filter(
            campaign_id=member.campaign_id, role=MemberRole.ADMIN
        )
        if member.role == MemberRole.ADMIN and not admins.exclude(pk=member.pk).exists():
            raise WrongState(f"member {member.pk} is the last admin of the campaign")
        member.delete()
