"""Who was invited, and who came."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from oversight.models import Act, AuditEntry, Campaign, CampaignMember, Invitation, User
from oversight.people.policies.permissions import OWNER, Permission
from oversight.people.policies.tokens import token_sha256

MOST_SHOWN = 200


@dataclass(frozen=True)
class Invited:
    """An invitation as the page of people shows it. `state`: open, used, expired, revoked or void."""

    row: Invitation
    state: str
    accepted_by: Sequence[str]


def open_invitations() -> QuerySet[Invitation]:
    """Return those that can still be accepted: whoever made one may still give its role."""
    rows = Invitation.objects.open(timezone.now()).filter(campaign__archived_at__isnull=True)
    return rows.filter(_maker_may_give_role())


def invited(campaign: Campaign) -> list[Invited]:
    """Return the campaign's latest invitations, the newest first: three queries."""
    rows = campaign.invitations.annotate(is_given=_maker_may_give_role())
    return [
        Invited(
            row,
            _state(row, row.is_given),  # type: ignore[attr-defined]  # annotated above
            [use.user.username for use in row.accepted.all()],
        )
        for row in rows.prefetch_related("accepted__user")[:MOST_SHOWN]
    ]


def open_invitation(token: str) -> Invitation | None:
    """Return the invitation that a link is for, while it can be accepted."""
    rows = open_invitations().select_related("campaign", "created_by")
    return rows.filter(token_sha256=token_sha256(token)).first()


def has_left(invitation: Invitation, user: User) -> bool:
    """Whether the person is no longer what the invitation makes of them: they came in by it before,
    or a role of theirs was taken away since it was made. Who let them out did not invite them anew.
    """
    campaign = invitation.campaign
    if CampaignMember.objects.filter(campaign=campaign, user=user, role=invitation.role).exists():
        return False
    taken = AuditEntry.objects.filter(
        campaign=campaign,
        act=Act.ROLE_TAKEN,
        at__gte=invitation.created_at,
        details__person=user.pk,
    )
    return invitation.accepted.filter(user=user).exists() or taken.exists()


def is_invited(addresses: Sequence[str]) -> bool:
    """Whether an open invitation was made out to one of these e-mail addresses."""
    rows = open_invitations()
    return any(rows.filter(name__iexact=address).exists() for address in addresses)


def _maker_may_give_role() -> Q:
    """Return the condition on invitations: as members.demand_owner asked when each was made."""
    maker = CampaignMember.objects.filter(
        campaign=OuterRef("campaign"), user=OuterRef("created_by")
    )
    manages = Exists(maker.filter(role__in=Permission.MANAGE_PEOPLE.roles))
    owns = Exists(maker.filter(role__in=Permission.MANAGE_OWNERS.roles))
    by_role = Q(created_by__is_superuser=True) | Q(owns) | (~Q(role=OWNER) & Q(manages))
    return Q(created_by__is_active=True) & by_role


def _state(row: Invitation, is_given: bool) -> str:
    if row.revoked_at:
        return "revoked"
    if row.uses >= row.most_uses:
        return "used"
    if row.expires_at <= timezone.now():
        return "expired"
    return "open" if is_given else "void"
