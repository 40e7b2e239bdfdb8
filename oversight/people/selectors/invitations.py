"""Who was invited, and who came."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone

from oversight.models import Campaign, Invitation
from oversight.people.policies.tokens import token_sha256

MOST_SHOWN = 200


@dataclass(frozen=True)
class Invited:
    """An invitation as the page of people shows it. `state`: open, used, expired or revoked."""

    row: Invitation
    state: str
    accepted_by: Sequence[str]


def invited(campaign: Campaign) -> list[Invited]:
    """Return the campaign's latest invitations, the newest first: three queries."""
    rows = campaign.invitations.prefetch_related("accepted__user")[:MOST_SHOWN]
    return [
        Invited(row, _state(row), [use.user.username for use in row.accepted.all()]) for row in rows
    ]


def open_invitation(token: str) -> Invitation | None:
    """Return the invitation that a link is for, while it can be accepted."""
    rows = Invitation.objects.open(timezone.now()).select_related("campaign", "created_by")
    return rows.filter(token_sha256=token_sha256(token), campaign__archived_at__isnull=True).first()


def is_invited(addresses: Sequence[str]) -> bool:
    """Whether an open invitation was made out to one of these e-mail addresses."""
    rows = Invitation.objects.open(timezone.now()).filter(campaign__archived_at__isnull=True)
    return any(rows.filter(name__iexact=address).exists() for address in addresses)


def _state(row: Invitation) -> str:
    if row.revoked_at:
        return "revoked"
    if row.uses >= row.most_uses:
        return "used"
    return "expired" if row.expires_at <= timezone.now() else "open"
