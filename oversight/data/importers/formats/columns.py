"""Columns of one's own, each said to be something: a prompt, an answer, a label, who gave it, …"""

from collections.abc import Mapping
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
    "response_a": (
        "response_a",
        "response_1",
        "response1",
        "answer1",
        "answer_a",
        "output_1",
        "first",
        "a",
    ),
    "response_b": (
        "response_b",
        "response_2",
        "response2",
        "answer2",
        "answer_b",
        "output_2",
        "second",
        "b",
    ),
    "response_c": ("response_c", "response_3", "response3", "answer3", "answer_c", "c"),
    "response_d": ("response_d", "response_4", "response4", "answer4", "answer_d", "d"),
    "label": ("label", "preference", "winner", "choice", "preferred", "better"),
    "annotator": ("annotator", "worker", "judge", "user", "annotator_id", "worker_id"),
    "source": ("source",),
    # An answer beside no other is what benchmarks call the right one.
    "reference": ("reference", "target", "ground_truth", "gold", "answer"),
    "node": ("node", "kind", "category", "type", "subset", "topic"),
}


LONE = ("response", "completion", "output")


def guessed(columns: list[str]) -> dict[str, str]:
    """Return {what it is: the column} for the columns whose names say so, each used once."""
    by_name = {column.strip().lower().replace("-", "_"): column for column in columns}
    found = {
        role: next((by_name[name] for name in names if name in by_name), "")
        for role, names in NAMES.items()
    }
    if not found["response_a"]:
        found["response_a"] = next((by_name[name] for name in LONE if name in by_name), "")
    return {role: column for role, column in found.items() if column}


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
