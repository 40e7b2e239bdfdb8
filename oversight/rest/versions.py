"""Which version of a thing somebody read: ETag, If-None-Match, If-Match (RFC 9110)."""

import hashlib
import re
from typing import Any

from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

from .errors import Changed, MatchRequired


def etag_of(shown: Any) -> str:
    """Return the strong ETag of what is shown in whole: the same content has the same one."""
    return f'"{hashlib.sha256(JSONRenderer().render(shown)).hexdigest()[:32]}"'


def is_known(request: Request, etag: str) -> bool:
    """Whether the sender has this version already (If-None-Match)."""
    return etag in _named(request, "If-None-Match")


def demand_match(request: Request, etag: str) -> None:
    """Raises MatchRequired without If-Match, Changed where it names another version."""
    named = _named(request, "If-Match")
    if not named:
        raise MatchRequired
    if etag not in named and "*" not in named:
        raise Changed(etag)


def _named(request: Request, header: str) -> list[str]:
    # A proxy that compresses marks what it was given as weak; it is the same version.
    return re.findall(r'(?:W/)?("[^"]*"|\*)', request.headers.get(header, ""))
