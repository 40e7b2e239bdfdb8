"""Preferences as training tools read them: TRL's conversational rows, with where each came from."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import F, Min, QuerySet
from django.db.models.functions import MD5

from models_srv.texts import with_lf
from oversight.models import Campaign, Preference

CHUNK = 500
COLUMNS = {
    "query_text": F("query__text"),
    "query_sha256": F("query__text_sha256"),
    "node": F("query__node"),
    "chosen_text": F("chosen__text"),
    "rejected_text": F("rejected__text"),
    "chosen_name": F("chosen__version__name"),
    "chosen_revision": F("chosen__version__revision"),
    "rejected_name": F("rejected__version__name"),
    "rejected_revision": F("rejected__version__revision"),
    "round_number": F("round__number"),
}
SAME = [
    "query",
    "chosen_md5",
    "rejected_md5",
    "chosen__version",
    "rejected__version",
    "round",
    "source",
    "p_w",
    "p_l",
    "weight",
]
OWN = ["pk", "source", "p_w", "p_l", "weight", "created_at"]


def standing_preferences(
    campaign: Campaign, *, source: str = "", after_id: int = 0
) -> QuerySet[Preference]:
    """Return what may be trained on, by id: nothing superseded, nothing of weight 0, nothing twice."""
    rows = Preference.objects.filter(campaign=campaign, superseded_by__isnull=True, weight__gt=0)
    once = Preference.objects.filter(pk__in=_firsts(rows), pk__gt=after_id)
    return (once.filter(source=source) if source else once).order_by("pk")


def _firsts(rows: QuerySet[Preference]) -> QuerySet[Preference, int]:
    """Return the ids of the first of each that differ in nothing but their id and their time."""
    told = rows.annotate(chosen_md5=MD5("chosen__text"), rejected_md5=MD5("rejected__text"))
    firsts: QuerySet[Preference, int] = (
        told.values(*SAME).annotate(first=Min("pk")).order_by().values_list("first", flat=True)
    )
    return firsts


def preference_rows(
    campaign: Campaign, *, source: str = "", after_id: int = 0, believed: float = 0.0
) -> Iterator[dict[str, Any]]:
    """Yield one row for each standing preference, from a server-side cursor: memory stays constant.

    Each column has one JSON type in every row and is never null, for readers that tell a column's
    type from the first rows of a file: `round` is 0 where there was none. Lines end in LF.

    `id`, `round` and `created_at` are this database's own; all else is what an import of the row
    gives back. With `believed` above 0 the rows are for trainers that do not read p_w and p_l: a
    label that is likelier wrong comes turned round, and one that either way is less likely than
    `believed` is left out.
    """
    rows = standing_preferences(campaign, source=source, after_id=after_id)
    for row in rows.values(*OWN, **COLUMNS).iterator(chunk_size=CHUNK):
        if not believed:
            yield _row(row)
        elif _belief(row) >= believed:
            yield _row(row if row["p_w"] >= row["p_l"] else _turned(row))


def preference_lines(campaign: Campaign, **wanted: Any) -> Iterator[bytes]:
    """Yield the rows as JSON lines; `wanted` as in `preference_rows`."""
    for row in preference_rows(campaign, **wanted):
        yield json.dumps(row, ensure_ascii=False).encode() + b"\n"


def _belief(row: dict[str, Any]) -> float:
    """Return how likely the likelier side is the better one, by the label's reliability."""
    either = row["p_w"] + row["p_l"]
    return float(max(row["p_w"], row["p_l"]) / either) if either else 0.5


def _turned(row: dict[str, Any]) -> dict[str, Any]:
    turned = {key.replace("chosen_", "rejected_"): row[key] for key in row if "chosen_" in key}
    turned |= {key.replace("rejected_", "chosen_"): row[key] for key in row if "rejected_" in key}
    return {**row, **turned, "p_w": row["p_l"], "p_l": row["p_w"]}


def _row(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "prompt": _turn("user", row["query_text"]),
        "chosen": _turn("assistant", row["chosen_text"]),
        "rejected": _turn("assistant", row["rejected_text"]),
        "id": row["pk"],
        "query_sha256": row["query_sha256"],
        "node": row["node"],
        "source": row["source"],
        "p_w": row["p_w"],
        "p_l": row["p_l"],
        "weight": row["weight"],
        "chosen_version": _version(row["chosen_name"], row["chosen_revision"]),
        "rejected_version": _version(row["rejected_name"], row["rejected_revision"]),
        "round": row["round_number"] or 0,
        "created_at": iso_time(row["created_at"]),
    }


def _turn(role: str, content: str) -> list[dict[str, str]]:
    return [{"role": role, "content": with_lf(content)}]


def _version(name: str | None, revision: int | None) -> str:
    """A rewrite has no version: a person wrote it."""
    return f"{name}@{revision}" if name else "person@0"


def iso_time(when: datetime) -> str:
    """Return a time that readers take for text in every row: without a fraction some guess a type."""
    return when.isoformat(timespec="microseconds")
