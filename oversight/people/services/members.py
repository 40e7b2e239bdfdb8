"""Who belongs to a campaign, and the tokens that programs use in a person's name."""

import secrets

from django.db import IntegrityError, transaction
from django.utils import timezone

from oversight.errors import InvalidCampaign, WrongState
from oversight.models import ApiToken, Campaign, CampaignMember, MemberRole, User
from oversight.people.policies.tokens import token_sha256


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


def make_token(*, user: User) -> str:
    """Return a new token, which nobody can read again; the former one is of no use from now on."""
    token = secrets.token_urlsafe(32)
    ApiToken.objects.update_or_create(
        user=user, defaults={"sha256": token_sha256(token), "created_at": timezone.now()}
    )
    return token


def delete_token(*, user: User) -> None:
    """Raises WrongState where there is none."""
    deleted, _ = ApiToken.objects.filter(user=user).delete()
    if not deleted:
        raise WrongState(f"user {user.pk} has no token")
