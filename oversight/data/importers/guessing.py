"""What a file is, told from its first rows."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import IO, Any

from . import reading
from .catalogue import FORMATS, OWN_COLUMNS, Format, Told
from .checks import SURROGATE
from .formats import columns, inspect_logs
from .reading import Numbered, Source
from .reads import Met
from .row_reader import parsed
from .rows import RowError

LOOKED_AT = 20
# Of objects in JSON any may have columns that none before it had.
LOOKED_AT_FOR_NAMES = 500
# Lines, blank ones among them, or pieces of a longer text; and their bytes.
BOUNDS = {"most_reads": 10_000, "most_bytes": 8 * 2**20}
TABLES = ("csv", "parquet")
# Whatever the rows do not say of who judged is asked of whoever imports: here it is no matter.
ANYBODY = "person"
# Formats that say how the file is cut, not what its rows are: "queries" takes the same rows.
STRICT = ("queries-jsonl", "queries-csv")


@dataclass(frozen=True)
class Guess:
    """The format whose rows the first ones are, its columns, and which columns seem to be what.

    `format` is "columns" where no format takes the rows. `needs_source`: the rows do not say who
    judged in them.
    """

    format: str
    columns: tuple[str, ...] = ()
    mapping: dict[str, str] | None = None
    needs_source: bool = False


def guess(stream: IO[bytes]) -> Guess:
    """Return what the file seems to be. The stream, which can be rewound, is left at its beginning."""
    records = first_records(stream, LOOKED_AT_FOR_NAMES)
    if not records:
        return Guess(OWN_COLUMNS)
    names = _column_names(records)
    records = records[:LOOKED_AT]
    counts = {
        name: _count(known, records, Told(ANYBODY))
        for name, known in FORMATS.items()
        if name not in (*STRICT, OWN_COLUMNS)
    }
    # The first of those that take most rows; bad ones among them are what a preview shows.
    best = max(counts, key=counts.__getitem__)
    if counts[best] * 2 >= len(records):
        known = FORMATS[best]
        is_unsaid = known.needs_source and _count(known, records, Told()) < counts[best]
        return Guess(best, names, None, is_unsaid)
    mapping = columns.guessed(list(names))
    return Guess(OWN_COLUMNS, names, mapping, "label" in mapping and "source" not in mapping)


def first_fault(stream: IO[bytes]) -> str:
    """Return why the first record is none, with its line. The stream is left at its beginning."""
    stream.seek(0)
    try:
        line, first = next(iter(reading.any_records(Source(stream, **BOUNDS))), (1, None))
    except RowError as error:
        line, first = 1, error
    stream.seek(0)
    return f"line {line}: {first}" if isinstance(first, RowError) else "it holds no rows"


def missing_columns(stream: IO[bytes], names: Collection[str]) -> list[str]:
    """Return those of the names that are no columns of the file for sure. The stream is left at its
    beginning.

    A table, CSV or Parquet, has the columns of its header and no others. An object of JSON may have
    some that none before it had: there a name is missing where no row has it. Where not all rows can
    be looked at, within bounds, none is called missing: that is found when the file is read.
    """
    met = Met(names)
    stream.seek(0)
    source = Source(stream, **BOUNDS)
    is_table = reading.container_of(source.peek()) in TABLES
    try:
        is_told = _meet(met, source, is_table)
    except RowError:
        is_told = False
    stream.seek(0)
    return list(met.missing) if is_told else []


def _meet(met: Met, source: Source, is_table: bool) -> bool:
    """Show the rows, of a table the first, and return whether no other can have more columns."""
    for _, value in reading.any_records(source):
        if isinstance(value, RowError):
            if not is_table:
                return False
            continue
        met.note(value)
        if is_table or not met.missing:
            return True
    return not is_table


def first_records(stream: IO[bytes], count: int) -> list[Numbered]:
    """Return the first records however they are cut, those that cannot be read left out."""
    stream.seek(0)
    records = _cut(Source(stream, **BOUNDS))
    good = [each for each in islice(records, count) if not isinstance(each[1], RowError)]
    stream.seek(0)
    if not good:
        good = [
            each
            for each in islice(inspect_logs.records(Source(stream, **BOUNDS)), LOOKED_AT)
            if not isinstance(each[1], RowError)
        ]
        stream.seek(0)
    return good


def _cut(source: Source) -> Any:
    try:
        yield from reading.any_records(source)
    except RowError:
        return


def _count(known: Format, records: Sequence[Numbered], told: Told) -> int:
    """Return how many of the records are rows of the format."""
    return sum(not isinstance(parsed(known, *each, told), RowError) for each in records)


def _column_names(records: Sequence[Numbered]) -> tuple[str, ...]:
    """Return the names of what the rows have, in the order in which they come up: those that
    PostgreSQL can keep.
    """
    rows = [value for _, value in records if isinstance(value, dict)]
    names = dict.fromkeys(str(name) for row in rows for name in row)
    return tuple(name for name in names if "\0" not in name and not SURROGATE.search(name))
