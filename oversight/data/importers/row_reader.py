"""From a file of a known format to its rows, with the bad ones named by their line."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import IO, Any

from oversight.errors import BadRows

from .catalogue import FORMATS, Format, Told
from .reading import Source
from .rows import EndsReading, LabelledRow, Row, RowError

MAX_ERRORS = 100
NOTHING_TOLD = Told()
EMPTY = (1, "the file is empty or holds no rows")


@dataclass(frozen=True)
class Refused:
    """A row that was not taken: where it stands, why, and what it holds, None where that is unread."""

    line: int
    reason: str
    value: Any = None
    ends_reading: bool = False


def read_rows(
    stream: IO[bytes] | Source,
    format_name: str,
    told: Told = NOTHING_TOLD,
    *,
    leave_out: Callable[[Refused], None] | None = None,
) -> Iterator[Row]:
    """Yield the file's rows as they are read, and raise BadRows once it is known that some are bad.

    After the first bad row nothing more is yielded, only checked. No row at all is an error too.
    With `leave_out` each bad row goes there, and all good ones are yielded; what ends the reading is an
    error all the same: nobody who leaves bad rows out means the whole rest of the file.
    """
    source = stream if isinstance(stream, Source) else Source(stream)
    chosen = FORMATS[format_name]
    errors: list[tuple[int, str]] = []
    count = 0
    for line, value in chosen.records(source):
        count += 1
        row = parsed(chosen, line, value, told)
        if not isinstance(row, RowError):
            if not errors:
                yield row
        elif leave_out and not isinstance(row, EndsReading):
            leave_out(Refused(line, str(row), None if isinstance(value, RowError) else value))
        else:
            hint = "" if errors else _hint(format_name, line, value, told)
            errors.append((line, str(row) + hint))
        if len(errors) == MAX_ERRORS:
            raise BadRows(errors, is_cut=True)
    if not count:
        errors.append(EMPTY)
    if errors:
        raise BadRows(errors)


def rows_or_refused(chosen: Format, source: Source, told: Told) -> Iterator[Row | Refused]:
    """Yield each row, or why it would be refused, in the file's order. Of no row it says that."""
    line = 0
    for line, value in chosen.records(source):
        row = parsed(chosen, line, value, told)
        if isinstance(row, RowError):
            kept = None if isinstance(value, RowError) else value
            yield Refused(line, str(row), kept, isinstance(row, EndsReading))
        else:
            yield row
    if not line:
        yield Refused(*EMPTY, ends_reading=True)


def parsed(chosen: Format, line: int, value: object, told: Told = NOTHING_TOLD) -> Row | RowError:
    """Return the row, or why it is none."""
    if isinstance(value, RowError):
        return value
    try:
        row = chosen.parse(line, value, told)
        if told.asks and isinstance(row, LabelledRow) and len(row.answers) > 1:
            return replace(row, is_asked=True)
        return row
    except RowError as error:
        return error
    except RecursionError:
        return RowError("nested too deeply")


def _hint(format_name: str, line: int, value: object, told: Told) -> str:
    """Name the format that the first bad row is of, if any."""
    if isinstance(value, RowError):
        return ""
    for name, other in FORMATS.items():
        if name != format_name and not isinstance(parsed(other, line, value, told), RowError):
            return f"; it looks like a row of {name}"
    return ""
