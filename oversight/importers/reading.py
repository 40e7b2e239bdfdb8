"""From bytes to records with line numbers: JSON lines, JSON arrays and CSV, within bounds."""

import csv
import json
import re
from collections.abc import Iterator
from typing import IO, Any

from .rows import RowError

MAX_LINE_BYTES = 1024 * 1024
MAX_DOCUMENT_BYTES = 64 * 1024 * 1024
BOM = b"\xef\xbb\xbf"
DECODER = json.JSONDecoder()
BLANK = re.compile(r"[ \t\r\n]*")

# A record, or why there is none at that line.
Numbered = tuple[int, Any | RowError]


def json_lines(stream: IO[bytes]) -> Iterator[Numbered]:
    """Yield each line that is not blank as (line number, value or RowError)."""
    for line, text in _lines(stream):
        if isinstance(text, RowError):
            yield line, text
        elif text.strip():
            yield line, _parsed(text)


def json_array(stream: IO[bytes]) -> Iterator[Numbered]:
    """Yield the elements of one JSON array as (line where it starts, value or RowError)."""
    content = stream.read(MAX_DOCUMENT_BYTES + 1)
    if len(content) > MAX_DOCUMENT_BYTES:
        yield 1, RowError(f"the file is larger than {MAX_DOCUMENT_BYTES // 2**20} MiB")
        return
    try:
        text = content.removeprefix(BOM).decode()
    except UnicodeDecodeError as error:
        yield content[: error.start].count(b"\n") + 1, RowError("not UTF-8")
        return
    yield from _elements(text)


def csv_records(stream: IO[bytes]) -> Iterator[Numbered]:
    """Yield the rows under a header as (line where the row ends, {column: text} or RowError)."""
    lines = _GoodLines(stream)
    reader = csv.DictReader(lines, strict=True)
    while True:
        try:
            row = next(reader, None)
        except csv.Error as error:
            yield lines.number, RowError(f"not valid CSV: {error}")
            return
        if lines.error:
            yield lines.number, lines.error
            return
        if row is None:
            return
        yield lines.number, _complete(row)


class _GoodLines:
    """Decoded lines up to the first bad one, since a CSV row may span several; where it stands."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._lines = _lines(stream)
        self.number = 0
        self.error: RowError | None = None

    def __iter__(self) -> "_GoodLines":
        return self

    def __next__(self) -> str:
        self.number, text = next(self._lines)
        if isinstance(text, RowError):
            self.error = text
            raise StopIteration
        return text


def _lines(stream: IO[bytes]) -> Iterator[tuple[int, str | RowError]]:
    line = 0
    while raw := stream.readline(MAX_LINE_BYTES + 1):
        line += 1
        if len(raw) > MAX_LINE_BYTES and not raw.endswith(b"\n"):
            _skip_line(stream)
            yield line, RowError(f"longer than {MAX_LINE_BYTES // 2**20} MiB")
            continue
        try:
            yield line, (raw.removeprefix(BOM) if line == 1 else raw).decode()
        except UnicodeDecodeError:
            yield line, RowError("not UTF-8")


def _skip_line(stream: IO[bytes]) -> None:
    while (rest := stream.readline(MAX_LINE_BYTES)) and not rest.endswith(b"\n"):
        pass


def _complete(row: dict[str | None, Any]) -> dict[str | None, Any] | RowError:
    if None in row:
        return RowError("more cells than the header has columns")
    if None in row.values():
        return RowError("fewer cells than the header has columns")
    return row


def _parsed(text: str) -> Any | RowError:
    try:
        return json.loads(text)
    except RecursionError:
        return RowError("nested too deeply")
    except ValueError as error:
        return RowError(f"not JSON: {error}")


def _elements(text: str) -> Iterator[Numbered]:
    position, line = _after_blank(text, 0, 1)
    if text[position : position + 1] != "[":
        yield line, RowError("not a JSON array")
        return
    position, line = _after_blank(text, position + 1, line)
    while text[position : position + 1] != "]":
        try:
            value, end = DECODER.raw_decode(text, position)
        except (ValueError, RecursionError) as error:
            yield line, RowError(f"not JSON: {error}")
            return
        yield line, value
        line += text.count("\n", position, end)
        position, line = _after_blank(text, end, line)
        if text[position : position + 1] == ",":
            position, line = _after_blank(text, position + 1, line)
        elif text[position : position + 1] != "]":
            yield line, RowError("not JSON: a comma or ] is missing here")
            return


def _after_blank(text: str, position: int, line: int) -> tuple[int, int]:
    """Return the position after white space and the line that it is in."""
    match = BLANK.match(text, position)
    end = match.end() if match else position
    return end, line + text.count("\n", position, end)
