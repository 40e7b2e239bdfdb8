"""Asking a model server whether it is there: who may change models makes this machine call an URL."""

import json
import re
import time
from dataclasses import dataclass
from typing import Any

import httpx2

from models_srv.addresses import AddressRefused, check_url, key_for
from models_srv.backends.server_words import one_line
from models_srv.http_client import guarded_client
from models_srv.types import ModelError

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


def address_problem(location: str, api_key_env: str) -> str:
    """Return why this installation asks no model there, or not with this key; empty where it does."""
    try:
        check_url(location)
        key_for(location, api_key_env)
    except AddressRefused as error:
        return str(error)
    except ModelError:
        return ""  # the key's variable is not set yet
    return ""


def probe_server(*, location: str, served_name: str, api_key_env: str = "") -> ConnectionReport:
    """Ask GET {location}/models. Never raises: the report says what failed."""
    if not SERVER_URL.fullmatch(location):
        return ConnectionReport(False, "The address must be an http(s) URL that ends in /v1.")
    if api_key_env and not KEY_VARIABLE.fullmatch(api_key_env):
        return ConnectionReport(False, "The key's variable must have a name that ends in _API_KEY.")
    try:
        names = _served_models(location, api_key_env)
    except ModelError as error:
        return ConnectionReport(False, str(error))
    except httpx2.HTTPStatusError as error:
        code = error.response.status_code
        return ConnectionReport(False, f"The server answered {code}{_hint(code)}.")
    except (httpx2.HTTPError, httpx2.InvalidURL) as error:
        return ConnectionReport(False, f"No answer: {_cause(error)}.")
    except (ValueError, TypeError, KeyError, RecursionError):
        return ConnectionReport(False, "Something answers, but not with a list of models.")
    return _report(names, served_name)


def _served_models(location: str, api_key_env: str) -> tuple[str, ...]:
    check_url(location)
    key = key_for(location, api_key_env)
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    with guarded_client(timeout_seconds=TIMEOUT_SECONDS) as client:
        data = json.loads(_body(client, f"{location}/models", headers))
    return tuple(one_line(str(row["id"])) for row in data["data"])


def _body(client: Any, url: str, headers: dict[str, str]) -> bytes:
    """Return what the server answers, so far as it is read in time and within bounds."""
    deadline = time.monotonic() + TIMEOUT_SECONDS
    body = b""
    with client.stream("GET", url, headers=headers) as response:
        response.raise_for_status()
        for part in response.iter_bytes():
            body += part
            if len(body) > MAX_BYTES or time.monotonic() > deadline:
                break
    return body[:MAX_BYTES]


def _report(names: tuple[str, ...], served_name: str) -> ConnectionReport:
    if served_name and served_name not in names:
        message = f"The server is there, but does not serve {served_name}."
        return ConnectionReport(False, message, names)
    return ConnectionReport(True, f"The server is there with {len(names)} model(s).", names)


def _cause(error: Exception) -> str:
    """Return the reason in words, without its number."""
    return str(error).rpartition("] ")[2] or type(error).__name__


def _hint(code: int) -> str:
    if 300 <= code < 400:
        return ": it leads to another address, and is not followed"
    hints = {401: ": it wants a key", 403: ": it refuses the key", 404: ": is the path right?"}
    return hints.get(code, "")
