"""The rules of single sign-on: whose word is taken, and who gets an account by it."""

from typing import Any
from urllib.parse import urlsplit

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.shortcuts import render
from django.urls import Resolver404, resolve, reverse

from oversight.models import Act, User
from oversight.people.selectors.invitations import is_invited, open_invitation
from oversight.people.services.audit import record_act
from oversight.people.services.factors import trust_address

NO_ADDRESS = "{name} has not confirmed that your e-mail address is yours."
TAKEN = "An account here has your e-mail address, but you cannot be led to it."
STRANGER = "No account here has your e-mail address, and it was not invited."


class SignedTokens(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    """The provider's word counts only as far as its key signed it, however it came here."""

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        return request.build_absolute_uri(reverse("sso-callback"))

    def complete_login(
        self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any
    ) -> SocialLogin:
        """Raises OAuth2Error where the ID token is not the issuer's, not ours, or too old."""
        claims = self._claims(app, kwargs["response"].get("id_token") or "")
        if "email" not in claims and "userinfo_endpoint" in self.openid_config:
            # Some keep what else they know for whoever asks for it.
            more = self._fetch_user_info(token.token)
            if more.get("sub") != claims["sub"]:
                raise OAuth2Error("userinfo is about somebody else")
            claims = {**more, **claims}
        return self.get_provider().sociallogin_from_response(request, {"id_token": claims})

    def _claims(self, app: SocialApp, id_token: str) -> dict[str, Any]:
        try:
            claims: dict[str, Any] = jwtkit.verify_and_decode(
                credential=id_token,
                keys_url=self.openid_config["jwks_uri"],
                issuer=self.openid_config["issuer"],
                audience=app.client_id,
                lookup_kid=jwtkit.lookup_kid_jwk,
            )
        except (KeyError, TypeError, ValueError) as error:
            raise OAuth2Error("the ID token cannot be read") from error
        return claims


class Provider(OpenIDConnectProvider):  # type: ignore[misc]
    """Named by SOCIALACCOUNT_PROVIDERS, so that the way there and the way back are one adapter's."""

    oauth2_adapter_class = SignedTokens


class SingleSignOn(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Named by SOCIALACCOUNT_ADAPTER."""

    def authenticate_by_email(self, sociallogin: SocialLogin) -> tuple[User, str] | None:
        """Return the one person whose address the provider vouches for.

        An account's address was confirmed by its owner or entered by an administrator.
        """
        for address in _vouched(sociallogin):
            people = User.objects.filter(email__iexact=address, is_simulated=False)
            if len(people) == 1:
                trust_address(user=people[0])
                return people[0], address
        return None

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Let in who is invited, or anybody where OIDC_SIGN_UP says so; tell others why not."""
        vouched = _vouched(sociallogin)
        if not vouched:
            _refuse(request, NO_ADDRESS.format(name=sociallogin.provider.name))
        if any(User.objects.filter(email__iexact=each).exists() for each in vouched):
            _refuse(request, TAKEN)
        invited = is_invited(vouched) or _follows_invitation(sociallogin.state.get("next"))
        if not (settings.OIDC_SIGN_UP or invited):
            _refuse(request, STRANGER)
        return True

    def populate_user(
        self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]
    ) -> User:
        user: User = super().populate_user(request, sociallogin, data)
        for name in ("first_name", "last_name"):
            setattr(user, name, str(getattr(user, name)).replace("\0", "")[:150])
        return user

    @transaction.atomic
    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: Any = None) -> User:
        user: User = super().save_user(request, sociallogin, form)
        record_act(Act.ACCOUNT_MADE, by=user, person=user.pk)
        return user

    def get_connect_redirect_url(self, request: HttpRequest, socialaccount: Any) -> str:
        return reverse("account")


def _vouched(sociallogin: SocialLogin) -> list[str]:
    return [each.email for each in sociallogin.email_addresses if each.verified]


def _follows_invitation(address: str | None) -> bool:
    """Whether somebody is on the way to an invitation that is open to whoever has its link."""
    try:
        found = resolve(urlsplit(address or "").path.removeprefix(settings.SCRIPT_NAME))
    except Resolver404:
        return False
    return found.url_name == "join" and open_invitation(found.kwargs["token"]) is not None


def _refuse(request: HttpRequest, reason: str) -> None:
    page = "oversight/people/sign_in/refused.html"
    raise ImmediateHttpResponse(render(request, page, {"reason": reason}, status=403))
