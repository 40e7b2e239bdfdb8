"""What is known of an import: what its file seems to hold, how far its reading is."""

import json
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Any

from oversight.data.importers import FORMATS, OWN_COLUMNS, QueryRow, Refused, Row, Source, Told
from oversight.data.importers.guessing import first_records
from oversight.data.importers.identity import Earlier, query_of
from oversight.data.importers.reads import Reads
from oversight.data.importers.row_reader import rows_or_refused
from oversight.data.importers.rows import (
    JudgedRow,
    KnownRow,
    LabelledRow,
    PreferenceRow,
    SolvedRow,
    SteppedRow,
)
from oversight.models import Import

LOOKED_AT = 500
LOG = "inspect"
SHOWN_ROWS, SHOWN_ERRORS, SHOWN_LINES = 5, 10, 5
SHOWN_CHARS = 300
SHOWN_COLUMNS = 20
BECOMES: dict[type, str] = {
    QueryRow: "a query, which is answered and judged in a round to come",
    SolvedRow: "a query with answers; people are asked about some of them, drawn at random",
    JudgedRow: "a query with two answers, and what people chose of them",
    PreferenceRow: "a preference: a query, the better answer and the worse one",
    SteppedRow: "a query with an answer in steps, and what was said of each step",
    KnownRow: "a question for people of which the right answer is known",
    LabelledRow: "a query with answers, and what was said of them; people are not asked again",
}
ASKED = "a query with answers, which people are asked to compare"


@dataclass
class Preview:
    """The first rows as they would be read, and why others would be refused, of those looked at.

    `becomes` counts what the good ones become, in words; `refused` has the lines by the reason, each
    list cut short and with how many there are. `repeats` are the lines of those that say no more than
    an earlier one. `stops_at`: after this line nothing could be read. `unused` are columns that are
    read as nothing. Where they have to be said, `raw` are the first rows as they stand in the
    file; of both the first SHOWN_COLUMNS.
    """

    rows: list[dict[str, Any]] = field(default_factory=list)
    becomes: Counter[str] = field(default_factory=Counter)
    refused: dict[str, list[int]] = field(default_factory=dict)
    repeats: list[int] = field(default_factory=list)
    earlier: Earlier = field(default_factory=Earlier, repr=False)
    raw: list[list[tuple[str, str]]] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)
    unused_more: int = 0
    good: int = 0
    looked_at: int = 0
    is_whole: bool = True
    stops_at: int = 0

    @property
    def errors(self) -> list[tuple[str, list[int], int]]:
        """Return (reason, its first lines, how many more there are)."""
        first = list(self.refused.items())[:SHOWN_ERRORS]
        return [(why, lines[:SHOWN_LINES], len(lines[SHOWN_LINES:])) for why, lines in first]

    @property
    def makes(self) -> list[tuple[int, str]]:
        return [(count, words) for words, count in self.becomes.most_common()]


def preview(row: Import, path: Any) -> Preview:
    """Read the file's first rows as what the import says that it is. Nothing is written."""
    found = Preview()
    chosen = FORMATS[row.format]
    told = Told(row.source, row.columns, row.asks_people)
    reads = Reads()
    watched = replace(chosen, records=lambda source: reads.watched(chosen.records(source)))
    with path.open("rb") as stream:
        if row.format == OWN_COLUMNS:
            found.raw = [_cells(value) for _, value in first_records(stream, SHOWN_ROWS)]
        for each in rows_or_refused(watched, Source(stream), told):
            if found.looked_at == LOOKED_AT:
                found.is_whole = False
                break
            found.looked_at += 1
            _note(found, each)
    found.unused, found.unused_more = _first(_unused(row, found, reads))
    return found


def _unused(row: Import, found: Preview, reads: Reads) -> list[str]:
    """Return the columns that are lost. Where no row is read nothing is: it says so elsewhere."""
    if row.format == OWN_COLUMNS:
        said = set(row.columns.values())
        # Some come up later than what the file is was guessed by.
        names = dict.fromkeys([*row.column_names, *reads.unused])
        return [_name(name) for name in names if name not in said]
    # A log's samples are cut from documents, which have no columns that somebody could choose.
    if not found.good or row.format == LOG:
        return []
    return [_name(name) for name in reads.unused]


def _name(column: str) -> str:
    return _short(_escaped(column)) if column.strip() else "(no name)"


def _note(found: Preview, each: Row | Refused) -> None:
    if isinstance(each, Refused):
        found.stops_at = each.line if each.ends_reading else 0
        found.refused.setdefault(_escaped(each.reason), []).append(each.line)
        return
    if reason := found.earlier.refusal(each):
        found.refused.setdefault(reason, []).append(query_of(each).line)
        return
    found.good += 1
    found.becomes[_becomes(each)] += 1
    if not found.earlier.add(each):
        found.repeats.append(query_of(each).line)
    if len(found.rows) < SHOWN_ROWS:
        found.rows.append(as_shown(each))


def _becomes(row: Row) -> str:
    return ASKED if isinstance(row, LabelledRow) and row.is_asked else BECOMES[type(row)]


def _cells(value: Any) -> list[tuple[str, str]]:
    """Return the beginning of a row as it stands in the file: (column, cell).

    What no page can hold stands as its escape, or as the sign of what is none: see `_escaped`.
    """
    record = value if isinstance(value, dict) else {"": value}
    names, more = _first(list(record))
    cells = [(_escaped(str(name)), _short(_escaped(_as_text(record[name])))) for name in names]
    return [*cells, ("…", f"and {more:,} columns more")] if more else cells


def _as_text(cell: Any) -> str:
    return cell if isinstance(cell, str) else json.dumps(cell, default=str)


def _escaped(text: str) -> str:
    """Return the text without half characters and NUL, which no page can hold."""
    return text.encode("utf-8", "backslashreplace").decode().replace("\0", "\ufffd")


def _first(names: list[Any]) -> tuple[list[Any], int]:
    """Return the names that are shown, and how many there are besides."""
    return names[:SHOWN_COLUMNS], len(names[SHOWN_COLUMNS:])


def as_shown(row: Row) -> dict[str, Any]:
    """Return a row in words: its query, its answers, what is said of them. No reference answer."""
    query = query_of(row)
    return {
        "line": query.line,
        "query": _short(query.text),
        "node": query.node,
        "answers": [_short(text) for text in _answers(row)],
        "said": [_short(words) for words in _said(row)],
    }


def _answers(row: Any) -> list[str]:
    if hasattr(row, "answers"):
        return [answer.text for answer in row.answers]
    if hasattr(row, "answer_a"):
        return [row.answer_a.text, row.answer_b.text]
    if hasattr(row, "chosen"):
        return [row.chosen.text, row.rejected.text]
    if hasattr(row, "steps"):
        return ["\n".join(row.steps)]
    return [row.a, row.b] if hasattr(row, "expected") else []


def _said(row: Any) -> list[str]:
    said = [
        f"{label.judge or label.source}: {_label(label)}"
        for label in getattr(row, "labels", ())
        if hasattr(label, "source")
    ]
    said += [f"{each.critic}: {each.summary}" for each in getattr(row, "critiques", ())]
    if hasattr(row, "expected"):
        said.append(f"right: {row.expected}")
    if hasattr(row, "p_w"):
        said.append(f"{row.source}: the first is better")
    if hasattr(row, "choices"):
        said += [f"annotator {n}: {choice}" for n, choice in enumerate(row.choices, start=1)]
    return said


def _label(label: Any) -> str:
    if label.ranks:
        return "places " + ", ".join(map(str, label.ranks))
    return "rated " + ", ".join("–" if each is None else str(each) for each in label.ratings)


def _short(text: str) -> str:
    return text if len(text) <= SHOWN_CHARS else text[: SHOWN_CHARS - 1] + "…"
