"""The rules of second factors: how often one may try, how secrets are kept, what people are told."""

import base64
import hashlib
from typing import Any

from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal.auth import TOTP
from allauth.mfa.utils import encrypt
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from cryptography.fernet import Fernet, InvalidToken
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from redis.exceptions import RedisError

from oversight.models import SignInTry, User
from oversight.people.policies.sign_in import WINDOW_SECONDS
from oversight.people.services.audit import address_of
from oversight.people.services.sign_in import TooManyTries, begin_try, forget_tries

LONGEST_NAME = 60
WAIT = f"Too many tries. Try again in {WINDOW_SECONDS // 60} minutes."
NOT_RIGHT = "That is not right. Codes change every half minute, and each works once."
AWAY = "Codes of apps cannot be looked at just now. Try again in a minute, or use a recovery code."
NO_PASSKEY = "This passkey is not known here, or it was not shown in time. Try again."


class Factors(DefaultMFAAdapter):  # type: ignore[misc]
    """Named by MFA_ADAPTER. Who reads the database alone cannot reckon anybody's codes."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": NOT_RIGHT,
        "cannot_generate_recovery_codes": "Add an app or a passkey first.",
    }

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Return the secret; where SECRET_KEY is another one, a secret that nobody knows."""
        try:
            return _cipher().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            return base64.b32encode(Fernet.generate_key()).decode().rstrip("=")[:32]

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:
        count = Authenticator.objects.filter(user=user, type=type).count()
        return f"Passkey {count + 1}"

    def _get_user_identifier(self, user: User) -> str:
        """What a password manager calls the account: the name that the person signs in with."""
        return user.username


def _cipher() -> Fernet:
    key = hashlib.sha256(f"second factors\0{settings.SECRET_KEY}".encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))


def _begin(name: str, address: str) -> SignInTry:
    try:
        return begin_try(username=name, address=address)
    except TooManyTries as error:
        raise ValidationError(WAIT, code="too_many_tries") from error


class _Codes(forms.Form):
    """Tries are counted for the account, from wherever: who gets here knows its password."""

    user: User

    def clean_code(self) -> str:
        tried = _begin("a code", f"account {self.user.pk}")
        try:
            code: str = super().clean_code()  # type: ignore[misc]
        except RedisError as error:
            # Nobody can say whether the code was used: a recovery code gets people in.
            raise ValidationError(AWAY) from error
        forget_tries(of=tried)
        return code


class CodeForm(_Codes, AuthenticateForm):  # type: ignore[misc]
    code = forms.CharField(
        max_length=20,
        label="The code of your app, or a recovery code",
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}
        ),
    )


class AgainForm(_Codes, ReauthenticateForm):  # type: ignore[misc]
    code = CodeForm.base_fields["code"]


class AppForm(_Codes, ActivateTOTPForm):  # type: ignore[misc]
    code = forms.CharField(
        max_length=20,
        label="The code that the app shows",
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )

    def clean_code(self) -> str:
        """The code that adds the app is used by that: it signs nobody in."""
        code = super().clean_code()
        app = TOTP(Authenticator(user=self.user, data={"secret": encrypt(self.secret)}))
        try:
            is_new = app.validate_code(code)
        except RedisError as error:
            raise ValidationError(AWAY) from error
        if not is_new:
            raise ValidationError(NOT_RIGHT)
        return code


class _Passkeys(forms.Form):
    """What browsers send may be anything, which those who read it are not made for."""

    user: User | None

    def clean_credential(self) -> Any:
        sent = self.cleaned_data["credential"]
        if not isinstance(sent, dict):
            raise ValidationError(NO_PASSKEY)
        who = f"account {self.user.pk}" if self.user else address_of(context.request)
        tried = _begin("a passkey", who)
        try:
            found = super().clean_credential()  # type: ignore[misc]
        except (ValidationError, AttributeError, KeyError, TypeError, ValueError) as error:
            raise ValidationError(NO_PASSKEY) from error
        forget_tries(of=tried)
        return found


class PasskeyForm(_Passkeys, AuthenticateWebAuthnForm):  # type: ignore[misc]
    pass


class PasskeyAloneForm(_Passkeys, LoginWebAuthnForm):  # type: ignore[misc]
    pass


class PasskeyAgainForm(_Passkeys, ReauthenticateWebAuthnForm):  # type: ignore[misc]
    pass


class NewPasskeyForm(AddWebAuthnForm):  # type: ignore[misc]
    passwordless = None
    name = forms.CharField(
        required=False,
        max_length=LONGEST_NAME,
        help_text="So that you know it again: “my telephone”.",
    )

    def clean(self) -> dict[str, Any]:
        try:
            cleaned: dict[str, Any] = super().clean()
        except (ValidationError, AttributeError, KeyError, TypeError, ValueError) as error:
            raise ValidationError(NO_PASSKEY) from error
        return cleaned
