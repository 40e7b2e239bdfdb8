"""CSV under a header."""

import csv
import io
from collections.abc import Iterator

from oversight.data.importers.rows import EndsReading, RowError

from .lines import MAX_LINE_BYTES, BadLine, Numbered, Readable, fault_of_columns, text_lines


class Cells(dict[str, str]):
    """A row of a table: numbers, lists and truth values are written out as text in it."""


def csv_records(stream: Readable, delimiter: str = ",") -> Iterator[Numbered]:
    """Yield the rows under a header as (line where the row begins, {column: text} or RowError).

    Nothing is read after a row that is no CSV: where it ends cannot be known.
    """
    header: list[str] = []
    line, has_rows = 0, False
    for line, cells in _rows(_Lines(stream), delimiter):
        has_rows = bool(header)
        if isinstance(cells, RowError):
            yield line, cells if header else EndsReading(str(cells))
        elif header:
            yield line, _named(header, cells)
        elif fault := fault_of_columns([name for name in cells if name.strip()]):
            yield line, EndsReading(fault)
        else:
            header = [
                name if name.strip() else f"column {n} (no name)" for n, name in enumerate(cells, 1)
            ]
        if not header:
            return
    if header and not has_rows:
        yield line, EndsReading("the file has a header and no rows")


def _rows(lines: "_Lines", delimiter: str) -> Iterator[tuple[int, list[str] | RowError]]:
    """Yield the rows that are not blank. One with a bad line in it is refused at that line."""
    # A cell may be as long as a line of JSON. The limit is the process's: others may have set it.
    csv.field_size_limit(MAX_LINE_BYTES)
    reader = csv.reader(lines, strict=True, delimiter=delimiter)
    while True:
        start, lines.bad = lines.number + 1, None
        try:
            cells = next(reader, None)
        except csv.Error as error:
            # What ends the lines within quotes is no CSV either, and says less of the file.
            lines.end = lines.end or (start, EndsReading.after(start, f"not valid CSV: {error}"))
            cells = None
        if lines.bad:
            yield lines.bad
        elif cells:
            yield start, cells
        if cells is None:
            break
    if lines.end:
        yield lines.end


class _Lines:
    """Decoded lines, since a CSV row may span several; where they stand, and what is wrong with them.

    `bad` is the first bad line since it was last set to None: for its quotes it is read all the same.
    They end in LF. A file may have CR alone: it is then one line to those who look for LF.
    """

    def __init__(self, stream: Readable) -> None:
        self._lines = text_lines(stream)
        self._waiting: list[str] = []
        self.number = 0
        self.bad: tuple[int, RowError] | None = None
        self.end: tuple[int, RowError] | None = None

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        while not self._waiting:
            _, text = next(self._lines)
            if isinstance(text, BadLine):
                self.bad = self.bad or (self.number + 1, text)
                text = text.stand_in
            elif isinstance(text, RowError):
                self.end = (self.number + 1, text)
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
