"""The same client for programs that await: every name is the other's."""

import json
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import httpx
from tenacity import AsyncRetrying

from . import addresses
from .addresses import CampaignAddresses, Compression, Format
from .asking import RETRIES, Ask, Row, checked, get, page, written
from .errors import error_of
from .saving import AS_IT_IS, Saving, bar, how

T = TypeVar("T")


class AsyncClient:
    """`url` of the installation, a token of the account page. See `Client`."""

    def __init__(self, url: str, token: str, *, timeout: float = 60.0, **options: Any) -> None:
        self.http = httpx.AsyncClient(
            base_url=f"{url.rstrip('/')}/api/v1/",
            headers={"Authorization": f"Token {token}"},
            timeout=timeout,
            **options,
        )

    async def __aenter__(self) -> "AsyncClient":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.http.aclose()

    def campaigns(self) -> AsyncIterator[Row]:
        return self.pages("campaigns/")

    def campaign(self, slug: str) -> "AsyncCampaign":
        return AsyncCampaign(self, CampaignAddresses(slug))

    async def answer(self, card: Row, *, submission: str | None = None, **said: Any) -> Row:
        ask = addresses.answer(card["id"], said, submission or str(uuid.uuid4()))
        return dict(await self.ask(ask))

    async def skip(self, card: Row, reason: str = "") -> None:
        await self.ask(addresses.skip(card["id"], reason))

    async def flag(self, card: Row, kind: str, reason: str) -> None:
        await self.ask(addresses.flag(card["id"], kind, reason))

    async def ask(self, ask: Ask[T]) -> T:
        """Send a request and read its answer. Raises OversightError, httpx.TransportError."""
        request = ask.request(self.http)
        async for attempt in AsyncRetrying(**RETRIES):
            with attempt:
                return ask.read(checked(await self.http.send(request)))
        raise AssertionError("unreachable: the last attempt raises")

    async def get(self, path: str, **params: Any) -> Any:
        return await self.ask(get(path, **params))

    async def pages(self, path: str, **filters: Any) -> AsyncIterator[Row]:
        following: Ask[Row] | None = page(path, filters)
        while following:
            shown = await self.ask(following)
            for row in shown["results"]:
                yield row
            following = get(shown["next"]) if shown["next"] else None


@dataclass(frozen=True)
class AsyncCampaign:
    """One campaign. See `Campaign`."""

    client: AsyncClient
    addresses: CampaignAddresses

    async def read(self) -> Row:
        return dict(await self.client.ask(self.addresses.read()))

    def rows(self, what: str, **filters: Any) -> AsyncIterator[Row]:
        return self.client.pages(self.addresses.listed(what), **filters)

    async def add_queries(self, queries: Sequence[Row]) -> Row:
        return dict(await self.client.ask(self.addresses.add_queries(queries)))

    async def start_round(self) -> Row:
        return dict(await self.client.ask(self.addresses.start_round()))

    async def claim(self) -> Row | None:
        card: Row | None = await self.client.ask(self.addresses.claim())
        return card

    def export(
        self, dataset: str = "preferences", *, snapshot: str | None = None, **rows: Any
    ) -> "AsyncExport":
        return AsyncExport(self.client.http, self.addresses, dataset, snapshot, rows)


@dataclass(frozen=True)
class AsyncExport:
    """A dataset on the server. See `Export`."""

    http: httpx.AsyncClient
    addresses: CampaignAddresses
    dataset: str
    snapshot: str | None
    rows: Row

    async def __aiter__(self) -> AsyncIterator[Row]:
        async with self._stream("jsonl", "none") as response:
            async for line in response.aiter_lines():
                if line:
                    yield json.loads(line)

    async def save(
        self,
        path: Path | str,
        *,
        format: Format | None = None,
        compression: Compression | None = None,
        progress: bool = False,
    ) -> Path:
        saving = Saving(Path(path))
        async with self._stream(
            *how(saving.path, format, compression), saving.headers()
        ) as response:
            with (
                saving.opened(response) as stream,
                bar(response, saving.path.name, is_shown=progress) as shown,
            ):
                async for block in response.aiter_raw():
                    stream.write(block)
                    shown.update(len(block))
        return saving.path

    @asynccontextmanager
    async def _stream(
        self, format: Format, compression: Compression, headers: Row | None = None
    ) -> AsyncIterator[httpx.Response]:
        path = self.addresses.export(
            self.dataset, format=format, compression=compression, snapshot=self.snapshot
        )
        asked = AS_IT_IS | (headers or {})
        params = written(self.rows)
        async with self.http.stream("GET", path, params=params, headers=asked) as response:
            if not response.is_success:
                await response.aread()
                raise error_of(response)
            yield response
