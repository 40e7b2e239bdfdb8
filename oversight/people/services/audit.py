"""The one door by which something gets into the audit log."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from oversight.models import Act, ApiToken, AuditEntry, Campaign, User
from oversight.people.policies.audit import content_sha256, storable
from oversight.people.policies.sign_in import client_address
from oversight.web.asking import current_request


def record_act(
    act: Act,
    *,
    campaign: Campaign | None = None,
    by: User | None = None,
    **details: Any,
) -> AuditEntry:
    """Write down that somebody did this; call it in the transaction that does it.

    Who asks, from where and by which token is taken from the request that is being answered. `by`
    names somebody else: who was asked for by a request before this one, or has just got an account.
    `details` are what the act's sentence is made of (people/policies/acts.py); people by their id.
    """
    request = current_request()
    asking = by or _person(request)
    token = getattr(request, "auth", None)
    fields = {
        "at": timezone.now(),
        "act": act.value,
        "by_id": asking.pk if asking else None,
        "address": address_of(request) if request else "",
        "token": (token.name or "without a name") if isinstance(token, ApiToken) else "",
        "campaign_id": campaign.pk if campaign else None,
        "details": storable(details),
    }
    return AuditEntry.objects.create(**fields, content_sha256=content_sha256(fields))


def address_of(request: HttpRequest) -> str:
    """Return from which address of the network a request comes."""
    return client_address(
        remote=request.META.get("REMOTE_ADDR", ""),
        forwarded=request.META.get("HTTP_X_FORWARDED_FOR", ""),
        proxies=settings.PROXIES,
    )


def _person(request: HttpRequest | None) -> User | None:
    user = getattr(request, "user", None)
    return user if isinstance(user, User) and user.is_authenticated else None
