"""Inviting people: a link each, which makes whoever follows it a member."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from oversight.errors import InvalidCampaign, WrongState
from oversight.models import (
    Act,
    Campaign,
    CampaignMember,
    Invitation,
    InvitationUse,
    MemberRole,
    User,
)
from oversight.people.policies.tokens import token_sha256
from oversight.people.selectors.invitations import has_left, open_invitations
from oversight.people.services.audit import record_act
from oversight.people.services.members import demand_owner, give_role

MOST_AT_ONCE = 500


class InvitationGone(WrongState):
    """Nobody can accept this invitation any more."""


@dataclass(frozen=True)
class NewInvitation:
    """An invitation and its token, which nobody can read again."""

    invitation: Invitation
    token: str


@transaction.atomic
def invite(
    *,
    campaign: Campaign,
    names: Sequence[str],
    role: str,
    days: int,
    by: User,
    most_uses: int = 1,
) -> list[NewInvitation]:
    """Make an invitation for each name; each can be accepted `most_uses` times within `days`.

    Raises InvalidCampaign for no name, too many, or a role that there is not; NotAllowed where an
    owner is to be made by somebody who is none.
    """
    wanted = list(dict.fromkeys(names))
    if not 1 <= len(wanted) <= MOST_AT_ONCE:
        raise InvalidCampaign(f"invite 1 to {MOST_AT_ONCE} people at once")
    if role not in MemberRole.values:
        raise InvalidCampaign(f"there is no role {role!r}")
    demand_owner(campaign, role, by)
    expires_at = timezone.now() + timedelta(days=days)
    made = []
    for name in wanted:
        token = secrets.token_urlsafe(32)
        row = Invitation.objects.create(
            campaign=campaign,
            role=role,
            name=name,
            token_sha256=token_sha256(token),
            most_uses=most_uses,
            created_by=by,
            expires_at=expires_at,
        )
        record_act(Act.INVITATION_MADE, campaign=campaign, by=by, invitation=row.pk, role=role)
        made.append(NewInvitation(row, token))
    return made


@transaction.atomic
def revoke_invitation(*, invitation: Invitation, by: User) -> None:
    """Let nobody accept it any more. Raises WrongState where nobody could anyway."""
    open_ = Invitation.objects.open(timezone.now()).filter(pk=invitation.pk)
    if not open_.update(revoked_at=timezone.now()):
        raise WrongState("it was used up, revoked or has expired already")
    record_act(
        Act.INVITATION_REVOKED, campaign=invitation.campaign, by=by, invitation=invitation.pk
    )


@transaction.atomic
def accept_invitation(*, token: str, user: User) -> Campaign:
    """Make the person what they were invited to be, and return the campaign.

    Who is that already stays it, and uses nothing up. Raises InvitationGone, also for who came in by
    it before and was taken out: they are invited anew or not at all.
    """
    row = _locked(token)
    if has_left(row, user):
        raise InvitationGone("your role was taken away since this invitation was made")
    mine = CampaignMember.objects.filter(campaign=row.campaign, user=user, role=row.role)
    if mine.exists():
        return row.campaign
    # Whoever invited is asked by `open_invitations`: then and now they may give this role.
    give_role(campaign=row.campaign, user=user, role=row.role)
    InvitationUse.objects.create(invitation=row, user=user)
    Invitation.objects.filter(pk=row.pk).update(uses=F("uses") + 1)
    record_act(Act.INVITATION_ACCEPTED, campaign=row.campaign, by=user, role=row.role)
    return row.campaign


@transaction.atomic
def join_with_account(*, token: str, username: str, password: str) -> User:
    """Make an account and accept the invitation with it: both or neither. Raises InvitationGone,
    WrongState where somebody took the name at the same moment.

    The caller has checked the name and the password as Django's forms do.
    """
    campaign = _locked(token).campaign
    try:
        with transaction.atomic():
            user = User.objects.create_user(username, password=password)
    except IntegrityError as error:
        raise WrongState(f"somebody took the name {username!r} just now") from error
    record_act(Act.ACCOUNT_MADE, campaign=campaign, by=user, person=user.pk)
    accept_invitation(token=token, user=user)
    return user


def note_mailed(*, invitations: Sequence[Invitation]) -> None:
    """Remember that these were sent by e-mail just now."""
    ids = [row.pk for row in invitations]
    Invitation.objects.filter(pk__in=ids).update(mailed_at=timezone.now())


def _locked(token: str) -> Invitation:
    rows = open_invitations().select_for_update(of=("self",))
    row = rows.filter(token_sha256=token_sha256(token)).first()
    if row is None:
        raise InvitationGone("this invitation was used up, revoked, or has expired")
    return Invitation.objects.select_related("campaign").get(pk=row.pk)
