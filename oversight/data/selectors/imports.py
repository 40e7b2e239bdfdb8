"""What is known of an import: what its file seems to hold, how far its reading is."""

from dataclasses import dataclass, field
from typing import Any

from oversight.data.importers import FORMATS, QueryRow, Refused, Row, Source, Told
from oversight.data.importers.row_reader import rows_or_refused
from oversight.models import Import

LOOKED_AT = 500
SHOWN_ROWS, SHOWN_ERRORS = 5, 10
SHOWN_CHARS = 300


@dataclass
class Preview:
    """The first rows as they would be read, and the first that would be refused, of those looked at."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    errors: list[Refused] = field(default_factory=list)
    good: int = 0
    looked_at: int = 0
    is_whole: bool = True


def preview(row: Import, path: Any) -> Preview:
    """Read the file's first rows as what the import says that it is. Nothing is written."""
    found = Preview()
    chosen = FORMATS[row.format]
    told = Told(row.source, row.columns)
    with path.open("rb") as stream:
        for each in rows_or_refused(chosen, Source(stream), told):
            if found.looked_at == LOOKED_AT:
                found.is_whole = False
                break
            found.looked_at += 1
            _note(found, each)
    return found


def _note(found: Preview, each: Row | Refused) -> None:
    if isinstance(each, Refused):
        if len(found.errors) < SHOWN_ERRORS:
            found.errors.append(each)
        return
    found.good += 1
    if len(found.rows) < SHOWN_ROWS:
        found.rows.append(as_shown(each))


def as_shown(row: Row) -> dict[str, Any]:
    """Return a row in words: its query, its answers, what is said of them. No reference answer."""
    query = row if isinstance(row, QueryRow) else row.query
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
