"""The datasets that a campaign can be exported as: one registry, each a SELECT with declared columns."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db import connection
from psycopg import ClientCursor

from oversight.models import Campaign, Snapshot, Source

from .columns import TURNS, TURNS_WITH_TOOLS, Column

USES_TOOLS = (
    "{0}.messages IS NOT NULL AND {0}.messages @? '$[*] ? (exists(@.tool_calls) || exists(@.name))'"
)
HAS_TOOLS = f"""SELECT EXISTS (
  SELECT FROM oversight_query q WHERE q.campaign_id = %(campaign)s AND {USES_TOOLS.format("q")}
) OR EXISTS (
  SELECT FROM oversight_response r JOIN oversight_query q ON q.id = r.query_id
  WHERE q.campaign_id = %(campaign)s AND {USES_TOOLS.format("r")}
)"""


@dataclass(frozen=True)
class Wanted:
    """Which rows. Simulated labels come only where they are asked for, by name or as a source. `items`
    is a SELECT of items' ids with its values written in, where only rows of those are wanted."""

    campaign: Campaign
    since_id: int = 0
    since_time: datetime | None = None
    source: str = ""
    simulated: bool = False
    believed: float = 0.0
    snapshot: Snapshot | None = None
    items: str = ""

    def among(self, column: str) -> list[str]:
        """Return the condition that a row's item is one of those, none where all are wanted."""
        return [f"{column} IN ({self.items.replace('%', '%%')})"] if self.items else []

    @property
    def sources(self) -> list[str]:
        if self.source:
            return [self.source]
        return [each for each in Source.values if self.simulated or each != Source.SIMULATED]

    @property
    def values(self) -> dict[str, Any]:
        return {
            "campaign": self.campaign.pk,
            "secret": self.campaign.pseudonym_secret,
            "since_id": self.since_id,
            "since_time": self.since_time,
            "sources": self.sources,
            "believed": self.believed,
            "snapshot": self.snapshot.pk if self.snapshot else None,
            "snapshot_sha256": self.snapshot.sha256 if self.snapshot else "",
        }


@dataclass(frozen=True)
class Dataset:
    """`rows` returns what stands after the columns: FROM, WHERE, ORDER BY; in all of them `%(name)s` is
    a value of `Wanted.values`. `of_snapshots`: whether a snapshot can be had in its shape."""

    name: str
    title: str
    about: str
    columns: Sequence[Column]
    rows: Callable[[Wanted], str]
    of_snapshots: bool = False
    knows: frozenset[str] = field(default_factory=lambda: frozenset({"since", "source"}))

    @property
    def in_order_sent(self) -> list[Column]:
        """The columns as `binary_select` has them: what repeats comes last."""
        return sorted(self.columns, key=lambda column: column.repeats)

    def binary_select(self, wanted: Wanted) -> str:
        """Return a SELECT of every column as its binary form is read, in the order of `in_order_sent`."""
        parts = ", ".join(column.in_binary() for column in self.in_order_sent)
        return bound(f"SELECT {parts} {self.rows(wanted)}", wanted)

    def csv_select(self, wanted: Wanted) -> str:
        """Return a SELECT of every column as the text of a cell."""
        parts = ", ".join(f'{column.in_csv()} AS "{column.name}"' for column in self.columns)
        return bound(f"SELECT {parts} {self.rows(wanted)}", wanted)

    def count(self, wanted: Wanted, *, most: int) -> int:
        """Return how many rows there are, `most` + 1 where there are more than that."""
        rows = f"SELECT 1 {self.rows(wanted)} LIMIT {most + 1}"
        with connection.cursor() as cursor:
            cursor.execute(bound(f"SELECT count(*) FROM ({rows}) r", wanted))
            return int(cursor.fetchone()[0])


def typed_columns(dataset: Dataset, wanted: Wanted) -> list[Column]:
    """Return the columns with the types of this campaign's rows: turns have calls of tools in some."""
    columns = list(dataset.columns)
    if all(column.type is not TURNS for column in columns) or not _has_tools(wanted):
        return columns
    with_tools = [replace(column, type=TURNS_WITH_TOOLS) for column in columns]
    return [b if a.type is TURNS else a for a, b in zip(columns, with_tools, strict=True)]


def _has_tools(wanted: Wanted) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(bound(HAS_TOOLS, wanted))
        return bool(cursor.fetchone()[0])


def bound(statement: str, wanted: Wanted, **more: Any) -> str:
    """Return the statement with its values written in: COPY takes no parameters."""
    connection.ensure_connection()
    return ClientCursor(connection.connection).mogrify(statement, {**wanted.values, **more})


_registered: dict[str, Dataset] = {}


def register(*datasets: Dataset) -> None:
    for dataset in datasets:
        _registered[dataset.name] = dataset


def registered() -> dict[str, Dataset]:
    return dict(_registered)
