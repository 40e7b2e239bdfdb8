"""Columns of one's own, each said to be something: a prompt, an answer, a label, who gave it, …"""

import re
from collections.abc import Mapping
from itertools import product
from typing import Any

from oversight.data.importers import checks, said, talk
from oversight.data.importers.reading import Cells
from oversight.data.importers.rows import Label, LabelledRow, Row, RowError

from . import queries

# What a column may be, in the words that pages show.
ROLES = {
    "prompt": "the query, or the conversation so far",
    **{f"response_{letter}": f"response {letter.upper()}" for letter in said.LETTERS},
    "label": "which response is best (a, b, tie, …)",
    "annotator": "who judged",
    "source": "what judged (person, critic, checker, simulated)",
    "reference": "a reference answer, never shown",
    "node": "the kind of query",
}
# Names that columns of published data have, by what they are.
NAMES = {
    "prompt": (
        "prompt",
        "query",
        "question",
        "instruction",
        "text",
        "input",
        "problem",
        "task",
        "messages",
    ),
    "label": ("label", "preference", "winner", "choice", "preferred", "better"),
    "annotator": ("annotator", "worker", "judge", "user", "annotator_id", "worker_id"),
    "source": ("source",),
    # An answer beside no other is what benchmarks call the right one.
    "reference": ("reference", "target", "ground_truth", "gold", "answer"),
    "node": ("node", "kind", "category", "type", "subset", "topic"),
}


# What answers to compare are called, before the letter or number that tells them apart.
ANSWERS = ("response", "answer", "output", "completion", "candidate", "reply", "")
SERIES = (
    said.LETTERS,
    "1234",
    "0123",
    ("first", "second", "third", "fourth"),
    ("one", "two", "three", "four"),
)
LONE = ("response", "completion", "output")


def guessed(columns: list[str]) -> dict[str, str]:
    """Return {what it is: the column} for the columns whose names say so, each used once."""
    by_name = {_plain(column): column for column in columns}
    found = _answer_columns(by_name)
    for role, names in NAMES.items():
        free = [by_name[_plain(name)] for name in names if _plain(name) in by_name]
        found[role] = next((column for column in free if column not in found.values()), "")
    return {role: column for role, column in found.items() if column}


def _plain(name: str) -> str:
    """Return a name as it is compared: `Answer 1`, `answer_1` and `answer-1` are one."""
    return re.sub(r"[\W_]+", "", name.lower())


def _answer_columns(by_name: Mapping[str, str]) -> dict[str, str]:
    """Return the columns of answers: two or more in a series, or one that stands alone."""
    for stem, series in product(ANSWERS, SERIES):
        names = [f"{stem}{mark}" for mark in series]
        found = [by_name[name] for name in names if name in by_name]
        if len(found) > 1 and not any(name.isdigit() for name in names):
            return {
                f"response_{letter}": each
                for letter, each in zip(said.LETTERS, found, strict=False)
            }
    lone = next((by_name[name] for name in LONE if name in by_name), "")
    return {"response_a": lone}


def parse(line: int, value: object, columns: Mapping[str, str], told: str = "") -> Row:
    """Return the row that the columns make: a query alone, answers to compare, or answers judged."""
    given = checks.record(value)
    row = _renamed(given, columns)
    if "prompt" not in row:
        raise RowError("no column is said to be the query")
    if not any(f"response_{letter}" in row for letter in said.LETTERS):
        return queries.parse_any(line, row)
    query = talk.query_of(
        line,
        talk.turns_in(row, "prompt", "user"),
        said.node_of(row),
        checks.text(row, "reference", default=""),
    )
    answers = said.answers_in(row, least=1)
    if len(answers) == 1 and columns.get("response_b"):
        raise RowError("it has one answer: there is none to compare it with")
    label = _label(row, len(answers), told)
    return LabelledRow(query, answers, (label,) if label else (), is_asked=not label)


def _renamed(given: checks.Record, columns: Mapping[str, str]) -> checks.Record:
    """Return what the columns hold under the names that the other formats use."""
    if column := columns.get("prompt"):
        checks.required(given, column)
    values: dict[str, Any] = {role: given.get(column) for role, column in columns.items()}
    # A cell or a null that holds nothing is an answer that there is not.
    kept = {role: each for role, each in values.items() if each is not None and each != ""}
    return Cells(kept) if isinstance(given, Cells) else kept


def _label(row: checks.Record, count: int, told: str) -> Label | None:
    if "label" not in row:
        return None
    value = row["label"].strip() if isinstance(row["label"], str) else row["label"]
    choice = checks.one_of({"label": value}, "label", said.CHOICES)
    return Label(
        said.source_of(row, told),
        said.judge_of(row),
        ranks=said.ranks_of(choice, count),
        are_all_bad=choice == "both_bad",
    )
