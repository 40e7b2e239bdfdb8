"""What a token may be used for, besides what its person may do: the narrower of the two holds."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from oversight.models import ApiToken, Scope

if TYPE_CHECKING:  # Django REST framework reads this before it has its views
    from rest_framework.views import APIView


class OfRoles(Protocol):
    """Something that members with one of these roles may do."""

    @property
    def roles(self) -> frozenset[str]: ...


@dataclass(frozen=True)
class Access:
    """Who is let in by one method: a token with this scope, a person who may do this.

    Without a permission: whoever is signed in.
    """

    scope: Scope
    permission: OfRoles | None = None


class HasScope(BasePermission):
    """Keeps tokens to their scopes. An address that names none reads with `read`, and no token that
    lacks a scope writes there.
    """

    message: ClassVar[str | None] = None

    def has_permission(self, request: Request, view: "APIView") -> bool:
        if not isinstance(request.auth, ApiToken):
            return True
        wanted = scopes_of(getattr(view, "access", {}), str(request.method))
        missing = wanted - set(request.auth.scopes)
        if missing:
            self.message = (  # type: ignore[misc]  # one instance for each request
                f"This token has not the scope {' or '.join(sorted(missing))}: make one that has it "
                "on your account page."
            )
        return not missing


def scopes_of(access: Mapping[str, Access], method: str) -> set[str]:
    """Return the scopes that a token needs for the method."""
    asked = "GET" if method == "HEAD" else method
    if asked in access:
        return {str(access[asked].scope)}
    return {Scope.READ.value} if method in SAFE_METHODS else set(Scope.values)


def describe(access: Mapping[str, Any], method: str) -> str:
    """Return who may, as the docs page says it."""
    if method not in access:
        return ""
    wanted: Access = access[method]
    roles = wanted.permission.roles if wanted.permission else ()
    who = " or ".join(f"{role}s" for role in sorted(roles)) or "whoever is signed in"
    return f"Needs the scope `{wanted.scope}`. Open to {who}."
