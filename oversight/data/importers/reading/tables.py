"""CSV under a header."""

import csv
import io
from collections.abc import Iterator

from oversight.data.importers.rows import RowError

from .lines import MAX_LINE_BYTES, Numbered, Readable, first_repeated, text_lines


class Cells(dict[str, str]):
    """A row of a table: numbers, lists and truth values are written out as text in it."""


def csv_records(stream: Readable, delimiter: str = ",") -> Iterator[Numbered]:
    """Yield the rows under a header as (line where the row begins, {column: text} or RowError)."""
    lines = _GoodLines(stream)
    # A cell may be as long as a line of JSON. The limit is the process's: others may have set it.
    csv.field_size_limit(MAX_LINE_BYTES)
    reader = csv.reader(lines, strict=True, delimiter=delimiter)
    header: list[str] = []
    while True:
        start = lines.number + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            cells, problem = None, RowError(f"not valid CSV: {error}")
            yield (lines.number, lines.error) if lines.error else (start, problem)
            return
        if lines.error:
            yield lines.number, lines.error
        if lines.error or cells is None:
            return
        if header and cells:
            yield start, _named(header, cells)
        elif cells:
            header = cells
            if twice := first_repeated([name for name in header if name.strip()]):
                yield start, RowError(f"the column “{twice}” stands twice")
                return


class _GoodLines:
    """Decoded lines up to the first bad one, since a CSV row may span several; where it stands.

    They end in LF. A file may have CR alone: it is then one line to those who look for LF.
    """

    def __init__(self, stream: Readable) -> None:
        self._lines = text_lines(stream)
        self._waiting: list[str] = []
        self.number = 0
        self.error: RowError | None = None

    def __iter__(self) -> "_GoodLines":
        return self

    def __next__(self) -> str:
        while not self._waiting:
            _, text = next(self._lines)
            if isinstance(text, RowError):
                self.error = text
                self.number += 1
                raise StopIteration
            self._waiting = list(io.StringIO(text, newline=None))[::-1]
        self.number += 1
        return self._waiting.pop()


def _named(header: list[str], cells: list[str]) -> Cells | RowError:
    if len(cells) > len(header):
        return RowError("more cells than the header has columns")
    if len(cells) < len(header):
        return RowError("fewer cells than the header has columns")
    return Cells(zip(header, cells, strict=True))
