"""The HTTP client of the model servers, and the bounds that every response is read within."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from ssl import SSLContext
from typing import Any

import httpcore2
import httpx2
import openai

from models_srv.addresses import allowed_addresses

# Six tokens with their bytes, for each of the answer's: a few hundred bytes as servers write them.
BYTES_PER_TOKEN = 2048
BYTES_BESIDE = 1024 * 1024
# What a request costs grows with the connections of its pool.
CONNECTIONS_PER_POOL = 64


@dataclass(frozen=True)
class Room:
    """What a response may take: bytes (unpacked), and seconds until the last of them."""

    most_bytes: int = BYTES_BESIDE
    most_seconds: float = 30.0


_LEAST = Room()
_room: ContextVar[Room] = ContextVar("room", default=_LEAST)
# The body is read anew under these bounds: what described the old one is no longer true.
_OF_THE_BODY = ("content-encoding", "content-length", "transfer-encoding")


class AnswerTooLarge(openai.OpenAIError):
    """A body above what was asked for can be; not read further, and not asked for again."""


@contextmanager
def room_for(tokens: int, seconds: float) -> Iterator[None]:
    """Within it, a response may have the size of answers of so many tokens, and take so long."""
    token = _room.set(Room(BYTES_BESIDE + BYTES_PER_TOKEN * tokens, seconds))
    try:
        yield
    finally:
        _room.reset(token)


class BoundedClient(httpx2.AsyncClient):
    """Asks allowed addresses only; reads no response above the room that it has (unpacked), nor for

    longer than its time. It follows no redirect, and no proxy of the environment.
    """

    def __init__(self, pools: int = 1, **settings: Any) -> None:
        super().__init__(
            transport=SpreadTransport(pools), follow_redirects=False, trust_env=False, **settings
        )

    async def send(self, request: httpx2.Request, **settings: Any) -> httpx2.Response:
        room = _room.get()
        try:
            async with asyncio.timeout(room.most_seconds):
                return await self._send(request, settings, room.most_bytes)
        except TimeoutError as error:
            words = "the answer took too long to come"
            raise httpx2.ReadTimeout(words, request=request) from error

    async def _send(
        self, request: httpx2.Request, settings: dict[str, Any], most_bytes: int
    ) -> httpx2.Response:
        response = await super().send(request, **settings | {"stream": True})
        body = bytearray()
        try:
            async for part in response.aiter_bytes():
                body += part
                if len(body) > most_bytes:
                    raise AnswerTooLarge(f"more than {most_bytes} bytes came")
        finally:
            await response.aclose()
        headers = [pair for pair in response.headers.multi_items() if pair[0] not in _OF_THE_BODY]
        return httpx2.Response(
            response.status_code, headers=headers, content=bytes(body), request=request
        )


class SpreadTransport(httpx2.AsyncBaseTransport):
    """Several pools of connections, used in turn; each connects to allowed addresses only."""

    def __init__(self, pools: int) -> None:
        self._pools = [_guarded_transport() for _ in range(pools)]
        self._next = 0

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        self._next = (self._next + 1) % len(self._pools)
        return await self._pools[self._next].handle_async_request(request)

    async def aclose(self) -> None:
        for pool in self._pools:
            await pool.aclose()


class GuardedBackend(httpcore2.AnyIOBackend):
    """Connects to an address that was looked at; the name stays what the certificate must say."""

    async def connect_tcp(self, host: str, port: int, *args: Any, **kwargs: Any) -> Any:
        try:
            addresses = await asyncio.to_thread(allowed_addresses, host, port)
        except (OSError, UnicodeError) as error:
            raise httpcore2.ConnectError(str(error)) from error
        *others, last = addresses
        for address in others:
            try:
                return await super().connect_tcp(address, port, *args, **kwargs)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout):
                continue
        return await super().connect_tcp(last, port, *args, **kwargs)


def model_client(location: str, api_key: str, concurrency: int) -> openai.AsyncOpenAI:
    """Return the client of the server at `location`. Every request to a model goes this way.

    It tries once: who asks knows better whether another try is worth it.
    """
    return openai.AsyncOpenAI(
        base_url=location,
        api_key=api_key,
        # Those of the environment are for another server than this one, perhaps.
        admin_api_key="",
        organization="",
        project="",
        max_retries=0,
        http_client=BoundedClient(pools=-(-concurrency // CONNECTIONS_PER_POOL)),
    )


def _guarded_transport() -> httpx2.AsyncHTTPTransport:
    transport = httpx2.AsyncHTTPTransport(verify=_ssl_context())
    transport._pool = httpcore2.AsyncConnectionPool(
        ssl_context=_ssl_context(),
        max_connections=None,  # the window bounds them
        max_keepalive_connections=None,
        keepalive_expiry=5.0,
        network_backend=GuardedBackend(),
    )
    return transport


@lru_cache(maxsize=1)
def _ssl_context() -> SSLContext:
    return httpx2.create_ssl_context()
