"""The HTTP client of the model servers, and the bounds that every response is read within."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import httpx2
import openai

from models_srv.http_client import guarded_transport
from models_srv.types import ModelSpec

# Six tokens with their bytes, for each of the answer's: a few hundred bytes as servers write them.
BYTES_PER_TOKEN = 2048
BYTES_BESIDE = 1024 * 1024

_most_bytes: ContextVar[int] = ContextVar("most_bytes", default=BYTES_BESIDE)
# The body is read anew under these bounds: what described the old one is no longer true.
_OF_THE_BODY = ("content-encoding", "content-length", "transfer-encoding")


class AnswerTooLarge(openai.OpenAIError):
    """A body above what was asked for can be; not read further, and not asked for again."""


@contextmanager
def room_for(max_tokens: int) -> Iterator[None]:
    """Within it, a response may have the size of an answer of `max_tokens`."""
    token = _most_bytes.set(BYTES_BESIDE + BYTES_PER_TOKEN * max_tokens)
    try:
        yield
    finally:
        _most_bytes.reset(token)


class BoundedClient(httpx2.Client):
    """Asks allowed addresses only; reads no response above the room that it has (unpacked), nor for

    longer than its time. It follows no redirect, and no proxy of the environment.
    """

    def __init__(self, *, most_seconds: float, **settings: Any) -> None:
        super().__init__(
            transport=guarded_transport(),
            timeout=most_seconds,
            follow_redirects=False,
            trust_env=False,
            **settings,
        )
        self._most_seconds = most_seconds

    def send(self, request: httpx2.Request, **settings: Any) -> httpx2.Response:
        started = time.monotonic()
        response = super().send(request, **settings | {"stream": True})
        body = bytearray()
        try:
            for part in response.iter_bytes():
                body += part
                if len(body) > _most_bytes.get():
                    raise AnswerTooLarge(f"more than {_most_bytes.get()} bytes came")
                if time.monotonic() - started > self._most_seconds:
                    raise httpx2.ReadTimeout("the answer took too long to come", request=request)
        finally:
            response.close()
        headers = [pair for pair in response.headers.multi_items() if pair[0] not in _OF_THE_BODY]
        return httpx2.Response(
            response.status_code, headers=headers, content=bytes(body), request=request
        )


def model_client(spec: ModelSpec, api_key: str, max_retries: int) -> openai.OpenAI:
    """Return the client of the server at `spec.location`. Every request to a model goes this way."""
    return openai.OpenAI(
        base_url=spec.location,
        api_key=api_key,
        # Those of the environment are for another server than this one, perhaps.
        admin_api_key="",
        organization="",
        project="",
        timeout=spec.options.timeout_seconds,
        max_retries=max_retries,
        http_client=BoundedClient(most_seconds=spec.options.timeout_seconds),
    )
