"""Who may ask what: a stranger's campaign does not exist, a member's role decides the rest."""

from django.shortcuts import get_object_or_404
from django.utils import timezone
from rest_framework import authentication
from rest_framework.exceptions import AuthenticationFailed, NotAuthenticated, PermissionDenied
from rest_framework.request import Request

from oversight.models import ApiToken, Campaign, User
from oversight.people.policies.permissions import in_words
from oversight.people.policies.tokens import token_sha256
from oversight.people.selectors.roles import roles_in
from oversight.people.services.tokens import note_use
from oversight.rest.scopes import OfRoles


class TokenAuthentication(authentication.TokenAuthentication):
    """`Authorization: Token …` or `Bearer …`, compared by its hash: the token itself is kept nowhere."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        first = authentication.get_authorization_header(request).partition(b" ")[0]
        self.keyword = "Bearer" if first.lower() == b"bearer" else "Token"
        return super().authenticate(request)

    def authenticate_header(self, request: Request) -> str:
        return "Token"

    def authenticate_credentials(self, key: str) -> tuple[User, ApiToken]:
        rows = ApiToken.objects.select_related("user").valid(timezone.now())
        token = rows.filter(sha256=token_sha256(key)).first()
        if token is None:
            raise AuthenticationFailed("This token is of no use (any more).")
        note_use(token=token)
        return token.user, token


def user_of(request: Request) -> User:
    """Return who asks; every endpoint demands that they are known."""
    if not isinstance(request.user, User):
        raise NotAuthenticated
    return request.user


def get_campaign(request: Request, slug: str, permission: OfRoles | None = None) -> Campaign:
    """Return the campaign. 404 for strangers, 403 for members without the permission."""
    user = user_of(request)
    campaign = get_object_or_404(Campaign.objects.visible_to(user), slug=slug)
    if permission and roles_in(campaign, user).isdisjoint(permission.roles):
        raise PermissionDenied(f"You need to be {in_words(permission.roles)} of {slug}.")
    return campaign
