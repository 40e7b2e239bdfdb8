"""What a person signs in with besides a password."""

from collections.abc import Sequence
from dataclasses import dataclass

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount

from oversight.models import User

APP, PASSKEY, CODES = (
    Authenticator.Type.TOTP,
    Authenticator.Type.WEBAUTHN,
    Authenticator.Type.RECOVERY_CODES,
)


@dataclass(frozen=True)
class WaysIn:
    """`codes_left`: recovery codes that were not used yet; None where there are none at all.

    `is_changeable`: whether there is something to show once more, without which nothing changes.
    """

    app: Authenticator | None
    passkeys: Sequence[Authenticator]
    codes_left: int | None
    is_connected: bool
    waiting_address: str
    is_changeable: bool


def ways_in(user: User) -> WaysIn:
    """Return what the account page tells of the person's ways in: three queries."""
    factors = list(Authenticator.objects.filter(user=user).order_by("pk"))
    codes = next((each for each in factors if each.type == CODES), None)
    waiting = EmailAddress.objects.filter(user=user, verified=False).exclude(email=user.email)
    return WaysIn(
        app=next((each for each in factors if each.type == APP), None),
        passkeys=[each for each in factors if each.type == PASSKEY],
        codes_left=len(codes.wrap().get_unused_codes()) if codes else None,
        is_connected=SocialAccount.objects.filter(user=user).exists(),
        waiting_address=waiting.values_list("email", flat=True).order_by("-pk").first() or "",
        is_changeable=bool(factors) or user.has_usable_password(),
    )
