"""The client that waits for its answers."""

import uuid
from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

import httpx
from tenacity import Retrying

from . import addresses
from .addresses import CampaignAddresses
from .asking import RETRIES, Ask, Row, checked, get, page
from .exports import Export

T = TypeVar("T")


class Client:
    """A person's or a program's way in: `url` of the installation, a token of the account page.

    Requests that fail in passing are sent again; each POST is done once, however often it is sent.
    """

    def __init__(self, url: str, token: str, *, timeout: float = 60.0, **options: Any) -> None:
        self.http = httpx.Client(
            base_url=f"{url.rstrip('/')}/api/v1/",
            headers={"Authorization": f"Token {token}"},
            timeout=timeout,
            **options,
        )

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def campaigns(self) -> Iterator[Row]:
        return self.pages("campaigns/")

    def campaign(self, slug: str) -> "Campaign":
        return Campaign(self, CampaignAddresses(slug))

    def answer(self, card: Row, *, submission: str | None = None, **said: Any) -> Row:
        """Answer a card that was claimed: `choice`, `strength`, `comments`, …, as REST takes them."""
        ask = addresses.answer(card["id"], said, submission or str(uuid.uuid4()))
        return dict(self.ask(ask))

    def skip(self, card: Row, reason: str = "") -> None:
        self.ask(addresses.skip(card["id"], reason))

    def flag(self, card: Row, kind: str, reason: str) -> None:
        self.ask(addresses.flag(card["id"], kind, reason))

    def ask(self, ask: Ask[T]) -> T:
        """Send a request and read its answer. Raises OversightError, httpx.TransportError."""
        request = ask.request(self.http)
        for attempt in Retrying(**RETRIES):
            with attempt:
                return ask.read(checked(self.http.send(request)))
        raise AssertionError("unreachable: the last attempt raises")

    def get(self, path: str, **params: Any) -> Any:
        """Read any address below /api/v1/."""
        return self.ask(get(path, **params))

    def pages(self, path: str, **filters: Any) -> Iterator[Row]:
        """Yield the rows of a list, page by page; rows that are added meanwhile shift nothing."""
        following: Ask[Row] | None = page(path, filters)
        while following:
            shown = self.ask(following)
            yield from shown["results"]
            following = get(shown["next"]) if shown["next"] else None


class Campaign:
    """One campaign. Lists take the filters that the interface's own pages name."""

    def __init__(self, client: Client, addresses: CampaignAddresses) -> None:
        self.client, self.addresses = client, addresses

    def read(self) -> Row:
        return dict(self.client.ask(self.addresses.read()))

    def rows(self, what: str, **filters: Any) -> Iterator[Row]:
        """Yield the rows of one of its lists: queries, items, judgements, rounds, snapshots, …"""
        return self.client.pages(self.addresses.listed(what), **filters)

    def add_queries(self, queries: Sequence[Row]) -> Row:
        """Add up to 1,000 queries; what the campaign has already is reported, not added."""
        return dict(self.client.ask(self.addresses.add_queries(queries)))

    def start_round(self) -> Row:
        return dict(self.client.ask(self.addresses.start_round()))

    def claim(self) -> Row | None:
        """Return the card of the next item, leased to this account; None: nothing is left."""
        card: Row | None = self.client.ask(self.addresses.claim())
        return card

    def export(
        self, dataset: str = "preferences", *, snapshot: str | None = None, **rows: Any
    ) -> Export:
        """Return a dataset to be read: of a snapshot by its hash, else of the rows as they are now.

        `rows` choose among these: `source`, `simulated`, `since`, `believed`.
        """
        return Export(self.client.http, self.addresses, dataset, snapshot, rows)
