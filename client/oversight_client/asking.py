"""Requests as values: what is asked is the same whether one waits for it or awaits it."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import httpx
from tenacity import retry_if_exception, stop_after_attempt, wait_exponential_jitter

from .errors import OversightError, error_of

T = TypeVar("T")
Row = dict[str, Any]
PAGE_SIZE = 500
ATTEMPTS = 5
PASSING = {429, 502, 503, 504}


@dataclass(frozen=True)
class Ask(Generic[T]):
    """One request and how its answer is read. Every POST has a key: sent again, it is done once."""

    method: str
    path: str
    read: Callable[[httpx.Response], T]
    params: Mapping[str, Any] = field(default_factory=dict)
    json: Any = None
    content: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def request(self, client: httpx.Client | httpx.AsyncClient) -> httpx.Request:
        return client.build_request(
            self.method,
            self.path,
            params=dict(self.params) or None,
            json=self.json,
            content=self.content,
            headers=dict(self.headers),
        )


def rows(response: httpx.Response) -> Row:
    return dict(response.json())


def anything(response: httpx.Response) -> Any:
    return response.json() if response.content else None


def get(path: str, **params: Any) -> Ask[Any]:
    given = {name: value for name, value in params.items() if value is not None}
    return Ask("GET", path, anything, params=given)


def post(path: str, json: Any = None, *, key: str | None = None) -> Ask[Any]:
    return Ask(
        "POST", path, anything, json=json, headers={"Idempotency-Key": key or uuid.uuid4().hex}
    )


def page(path: str, params: Mapping[str, Any]) -> Ask[Row]:
    return Ask("GET", path, rows, params={"page_size": PAGE_SIZE} | written(params))


def checked(response: httpx.Response) -> httpx.Response:
    """Return an answer that is no refusal. Raises OversightError with what it says."""
    if response.is_success:
        return response
    raise error_of(response)


def is_passing(error: BaseException) -> bool:
    """Whether the same request may well be answered in a moment."""
    if isinstance(error, OversightError):
        return error.status in PASSING
    return isinstance(error, httpx.TransportError)


RETRIES: dict[str, Any] = {
    "retry": retry_if_exception(is_passing),
    "stop": stop_after_attempt(ATTEMPTS),
    "wait": wait_exponential_jitter(initial=0.2, max=10),
    "reraise": True,
}


def written(params: Mapping[str, Any]) -> Row:
    """Return parameters as an address has them; what is None was not asked for."""
    return {name: _written(value) for name, value in params.items() if value is not None}


def _written(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ",".join(str(each) for each in value)
    return value
