"""The rules of every way in: who is remembered, where one is led, what is told and written down."""

import logging
from smtplib import SMTPException
from typing import Any, cast

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.core import context
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from oversight.models import Act, User
from oversight.people.services.audit import address_of, record_act
from oversight.people.views.access import PersonRequest
from oversight.people.views.sign_in import remember_session

logger = logging.getLogger(__name__)

# By the end of the name of allauth's template; of all others nothing is said.
WORDS = {
    "email_confirmation_sent": "A link was sent to {email}: follow it, and the address is yours.",
    "email_confirmed": "{email} is your address now.",
    "email_confirmation_failed": "{email} belongs to another account.",
    "email_deleted": "{email} is forgotten.",
    "totp_activated": "The app is asked for from now on, whenever you sign in.",
    "totp_deactivated": "The app is not asked for any more.",
    "webauthn_added": "The passkey is yours: sign in with it alone, or after your password.",
    "webauthn_removed": "The passkey is of no use here any more.",
    "account_connected": "Your account is connected.",
    "account_connected_other": "That account is connected to somebody else here.",
}
# What allauth tells of by e-mail, by the end of its template's name: an act, and what it is about.
ACTS: dict[str, tuple[Act, dict[str, Any]]] = {
    "totp_activated": (Act.FACTOR_ADDED, {"factor": "an app"}),
    "totp_deactivated": (Act.FACTOR_REMOVED, {"factor": "an app"}),
    "webauthn_added": (Act.FACTOR_ADDED, {"factor": "a passkey"}),
    "webauthn_removed": (Act.FACTOR_REMOVED, {"factor": "a passkey"}),
    "recovery_codes_generated": (Act.CODES_MADE, {}),
    "account_connected": (Act.SIGN_ON_CONNECTED, {}),
}


class Accounts(DefaultAccountAdapter):  # type: ignore[misc]
    """Named by ACCOUNT_ADAPTER."""

    def login(self, request: HttpRequest, user: User) -> None:
        super().login(request, user)
        remember_session(cast(PersonRequest, request))

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are made by invitation, or by an administrator."""
        return False

    def is_safe_url(self, url: str) -> bool:
        """Whether somebody may be led there: to this very host alone."""
        request = context.request
        return url_has_allowed_host_and_scheme(
            url, allowed_hosts={request.get_host()}, require_https=request.is_secure()
        )

    def clean_username(self, username: str, shallow: bool = False) -> str:
        """Raises ValidationError where somebody has the name in other letters."""
        name: str = super().clean_username(username, shallow)
        if User.objects.named(name).exists():
            raise ValidationError("Somebody has this name already, or one like it.")
        return name

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        messages.error(request, "This account may not sign in. Ask whoever runs this installation.")
        return redirect("login")

    def get_client_ip(self, request: HttpRequest) -> str:
        return address_of(request)

    def get_email_verification_redirect_url(self, email_address: EmailAddress) -> str:
        return reverse("account")

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        words = WORDS.get(_last(message_template), "").format(**(message_context or {}))
        if message or words:
            messages.add_message(request, level, message or words)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        try:
            super().send_mail(template_prefix, email, context)
        except (OSError, SMTPException) as error:
            logger.warning("no e-mail was sent: %s", error)
            messages.error(self.request, "The mail server takes no e-mail now. Try again later.")

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        is_confirmed: bool = super().confirm_email(request, email_address)
        if is_confirmed:
            record_act(Act.ADDRESS_CONFIRMED, by=email_address.user)
        return is_confirmed

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Write down what changed in how the person signs in: allauth tells so right after it."""
        if entry := ACTS.get(_last(template_prefix)):
            act, details = entry
            record_act(act, by=user, **details)


def _last(template: str | None) -> str:
    return (template or "").rpartition("/")[2].removesuffix(".txt")
