"""Reading files of other people's making. Nothing here writes: a service does, in one transaction.

A format is a way to cut bytes into records and a way to check one record. To add one, write a
module with both and name it in FORMATS.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from oversight.errors import BadRows

from .formats import gsm8k_solutions, known_answers, pandalm, preferences, queries, stepped, xstest
from .reading import Numbered, Readable, csv_records, json_lines
from .rows import (
    Answer,
    JudgedRow,
    KnownRow,
    PreferenceRow,
    QueryRow,
    Row,
    RowError,
    SolvedRow,
    SteppedRow,
)

__all__ = [
    "FORMATS",
    "Answer",
    "JudgedRow",
    "KnownRow",
    "PreferenceRow",
    "QueryRow",
    "Row",
    "RowError",
    "SolvedRow",
    "SteppedRow",
    "read_rows",
]

MAX_ERRORS = 100


@dataclass(frozen=True)
class Format:
    """`is_appendable`: its rows may go into a campaign that exists."""

    records: Callable[[Readable], Iterator[Numbered]]
    parse: Callable[[int, object], Row]
    is_appendable: bool = False


FORMATS = {
    "gsm8k-solutions": Format(gsm8k_solutions.records, gsm8k_solutions.parse),
    "pandalm": Format(pandalm.records, pandalm.parse),
    "xstest": Format(xstest.records, xstest.parse, is_appendable=True),
    "preferences": Format(preferences.records, preferences.parse),
    "prm800k": Format(json_lines, stepped.parse_prm800k),
    "bigbench-mistake": Format(json_lines, stepped.parse_mistake),
    "known-answers": Format(json_lines, known_answers.parse, is_appendable=True),
    "queries-jsonl": Format(json_lines, queries.parse, is_appendable=True),
    "queries-csv": Format(csv_records, queries.parse, is_appendable=True),
}


def read_rows(stream: Readable, format_name: str) -> Iterator[Row]:
    """Yield the file's rows as they are read, and raise BadRows once it is known that some are bad.

    After the first bad row nothing more is yielded, only checked. No row at all is an error too.
    """
    chosen = FORMATS[format_name]
    errors: list[tuple[int, str]] = []
    is_empty = True
    for line, value in chosen.records(stream):
        is_empty = False
        row = _row_or_error(chosen, line, value)
        if isinstance(row, RowError):
            errors.append((line, str(row) + ("" if errors else _hint(format_name, line, value))))
        elif not errors:
            yield row
        if len(errors) == MAX_ERRORS:
            errors.append((line, "reading stopped here, there may be more"))
            break
    if is_empty:
        errors.append((1, "the file is empty or holds no rows"))
    if errors:
        raise BadRows(errors)


def _row_or_error(chosen: Format, line: int, value: object) -> Row | RowError:
    if isinstance(value, RowError):
        return value
    try:
        return chosen.parse(line, value)
    except RowError as error:
        return error
    except RecursionError:
        return RowError("nested too deeply")


def _hint(format_name: str, line: int, value: object) -> str:
    """Name the format that the first bad row is of, if any."""
    if isinstance(value, RowError):
        return ""
    for name, other in FORMATS.items():
        is_other = name != format_name and not isinstance(
            _row_or_error(other, line, value), RowError
        )
        if is_other:
            return f"; it looks like a row of {name}"
    return ""
