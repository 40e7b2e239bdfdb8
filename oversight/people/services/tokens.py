"""The tokens that programs use in a person's name."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from oversight.errors import InvalidCampaign, WrongState
from oversight.models import Act, ApiToken, Scope, User
from oversight.models.sign_in import every_scope
from oversight.people.policies.tokens import token_sha256
from oversight.people.services.audit import record_act

NOTED_EVERY = timedelta(minutes=1)


def make_token(
    *,
    user: User,
    name: str = "",
    scopes: Sequence[str] | None = None,
    expires_at: datetime | None = None,
) -> str:
    """Return a new token, which nobody can read again; the person's others go on working.

    Without `scopes` it has all. Raises WrongState where the person has one of this name,
    InvalidCampaign for a scope that there is not, or none.
    """
    wanted = every_scope() if scopes is None else list(dict.fromkeys(scopes))
    if not wanted or set(wanted) - set(Scope.values):
        raise InvalidCampaign(f"a token has one or more of the scopes {', '.join(Scope.values)}")
    token = secrets.token_urlsafe(32)
    try:
        with transaction.atomic():
            ApiToken.objects.create(
                user=user,
                name=name,
                sha256=token_sha256(token),
                scopes=wanted,
                expires_at=expires_at,
            )
            record_act(Act.TOKEN_MADE, by=user, name=name, scopes=wanted)
    except IntegrityError as error:
        raise WrongState(f"you have a token named {name!r} already") from error
    return token


@transaction.atomic
def delete_token(*, user: User, token_id: int) -> None:
    """End one of the person's own tokens. Raises WrongState where it is no more."""
    token = ApiToken.objects.select_for_update().filter(user=user, pk=token_id).first()
    if token is None:
        raise WrongState(f"token {token_id} was ended already")
    token.delete()
    record_act(Act.TOKEN_ENDED, by=user, name=token.name)


def note_use(*, token: ApiToken) -> None:
    """Remember that the token was used just now, to the minute: not one write for each request."""
    now = timezone.now()
    if token.last_used_at is None or token.last_used_at < now - NOTED_EVERY:
        stale = Q(last_used_at__isnull=True) | Q(last_used_at__lt=now - NOTED_EVERY)
        ApiToken.objects.filter(stale, pk=token.pk).update(last_used_at=now)
