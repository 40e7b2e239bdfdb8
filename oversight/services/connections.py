"""Asking a model server whether it is there. Only admins may: it makes this machine call an URL."""

import http.client
import json
import os
import re
from dataclasses import dataclass
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import HTTPRedirectHandler, Request, build_opener

from models_srv.backends.server_words import one_line

TIMEOUT_SECONDS = 3.0
MAX_BYTES = 1024 * 1024
SERVER_URL = re.compile(r"https?://[^\s/?#@]+(/[^\s?#]*)?/v1")
# Any other variable may hold a secret that no model server should be sent.
KEY_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]*_API_KEY")


@dataclass(frozen=True)
class ConnectionReport:
    """What the server said, in words; `models` are the names that it serves."""

    is_ok: bool
    message: str
    models: tuple[str, ...] = ()


class _NoRedirect(HTTPRedirectHandler):
    """A redirect would lead to an address that nobody looked at."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


def probe_server(*, location: str, served_name: str, api_key_env: str = "") -> ConnectionReport:
    """Ask GET {location}/models. Never raises: the report says what failed."""
    if not SERVER_URL.fullmatch(location):
        return ConnectionReport(False, "The address must be an http(s) URL that ends in /v1.")
    if api_key_env and not KEY_VARIABLE.fullmatch(api_key_env):
        return ConnectionReport(False, "The key's variable must have a name that ends in _API_KEY.")
    try:
        names = _served_models(location, api_key_env)
    except HTTPError as error:
        return ConnectionReport(False, f"The server answered {error.code}{_hint(error.code)}.")
    except (URLError, OSError, http.client.HTTPException) as error:
        return ConnectionReport(False, f"No answer: {_cause(error)}.")
    except (ValueError, TypeError, KeyError, RecursionError):
        return ConnectionReport(False, "Something answers, but not with a list of models.")
    return _report(names, served_name)


def _served_models(location: str, api_key_env: str) -> tuple[str, ...]:
    request = Request(f"{location}/models", headers={"Accept": "application/json"})  # noqa: S310
    if key := os.environ.get(api_key_env or ""):
        request.add_unredirected_header("Authorization", f"Bearer {key}")
    with build_opener(_NoRedirect).open(request, timeout=TIMEOUT_SECONDS) as response:
        data = json.loads(response.read(MAX_BYTES))
    return tuple(one_line(str(row["id"])) for row in data["data"])


def _report(names: tuple[str, ...], served_name: str) -> ConnectionReport:
    if served_name and served_name not in names:
        message = f"The server is there, but does not serve {served_name}."
        return ConnectionReport(False, message, names)
    return ConnectionReport(True, f"The server is there with {len(names)} model(s).", names)


def _cause(error: Exception) -> str:
    """Return the words of the innermost reason, without its number."""
    inner = getattr(error, "reason", error)
    return str(getattr(inner, "strerror", None) or inner or type(inner).__name__)


def _hint(code: int) -> str:
    hints = {401: ": it wants a key", 403: ": it refuses the key", 404: ": is the path right?"}
    return hints.get(code, "")
