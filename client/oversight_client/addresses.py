"""Where things are below a campaign, and what each is asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from .asking import Ask, Row, get, post

Format = Literal["jsonl", "csv", "parquet"]
Compression = Literal["none", "gzip", "zstd"]
LISTS = (
    *("queries", "responses", "critiques", "judgements", "items", "versions", "rounds"),
    *("training-runs", "evaluations", "members", "principles", "snapshots", "imports", "webhooks"),
)
ENDINGS = {"none": "", "gzip": ".gz", "zstd": ".zst"}


@dataclass(frozen=True)
class CampaignAddresses:
    """The requests of one campaign; `slug` is its name in addresses."""

    slug: str

    @property
    def base(self) -> str:
        return f"campaigns/{self.slug}/"

    def listed(self, what: str) -> str:
        if what not in LISTS:
            raise ValueError(f"There is no list {what!r}; there is {', '.join(LISTS)}.")
        return f"{self.base}{what}/"

    def read(self) -> Ask[Any]:
        return get(self.base)

    def add_queries(self, queries: Sequence[Row]) -> Ask[Any]:
        return post(f"{self.base}queries/", list(queries))

    def start_round(self) -> Ask[Any]:
        return post(f"{self.base}rounds/")

    def claim(self) -> Ask[Any]:
        return post(f"{self.base}claim/")

    def export(
        self, dataset: str, *, format: Format, compression: Compression, snapshot: str | None
    ) -> str:
        """Return the address of a dataset's file, of a snapshot where one is named by its hash."""
        name = f"{dataset}.{format}" + ("" if format == "parquet" else ENDINGS[compression])
        where = f"snapshots/{snapshot}/files/" if snapshot else "datasets/"
        return f"{self.base}{where}{name}"


def answer(assignment: int, said: Mapping[str, Any], submission: str) -> Ask[Any]:
    """An answer's own name is its key: sent again, it is the same answer."""
    told = {"submission": submission, **said}
    return post(f"assignments/{assignment}/answer/", told, key=submission)


def skip(assignment: int, reason: str) -> Ask[Any]:
    return post(f"assignments/{assignment}/skip/", {"reason": reason})


def flag(assignment: int, kind: str, reason: str) -> Ask[Any]:
    return post(f"assignments/{assignment}/flag/", {"kind": kind, "reason": reason})
