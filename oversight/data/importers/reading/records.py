"""From bytes to records with line numbers: JSON lines, JSON arrays and CSV, within bounds."""

import csv
import io
import json
import re
from collections.abc import Iterator
from typing import Any, Protocol

from oversight.data.importers.rows import RowError

from .kinds import BOM, foreign_kind

MAX_LINE_BYTES = 1024 * 1024
MAX_DOCUMENT_BYTES = 64 * 1024 * 1024
BLANK = re.compile(r"[ \t\r\n]*")
# A cell may be as long as a line of JSON. The module has one limit for all that it reads.
csv.field_size_limit(MAX_LINE_BYTES)


class Readable(Protocol):
    """What is needed of a stream of bytes."""

    def read(self, size: int = -1, /) -> bytes: ...

    def readline(self, size: int = -1, /) -> bytes: ...


# A record, or why there is none at that line.
Numbered = tuple[int, Any | RowError]


def json_lines(stream: Readable) -> Iterator[Numbered]:
    """Yield each line that is not blank as (line number, value or RowError)."""
    is_first = True
    for line, text in _lines(stream):
        if isinstance(text, RowError):
            yield line, text
        elif text.strip():
            value = _parsed(text)
            if is_first and (problem := _one_document(text, value)):
                yield line, problem
                return
            yield line, value
        else:
            continue
        is_first = False


def json_array(stream: Readable) -> Iterator[Numbered]:
    """Yield the elements of one JSON array as (line where it starts, value or RowError)."""
    content = stream.read(MAX_DOCUMENT_BYTES + 1)
    if len(content) > MAX_DOCUMENT_BYTES:
        yield 1, RowError(f"the file is larger than {MAX_DOCUMENT_BYTES // 2**20} MiB")
        return
    if kind := foreign_kind(content):
        yield 1, _foreign(kind)
        return
    try:
        text = content.removeprefix(BOM).decode()
    except UnicodeDecodeError as error:
        yield content[: error.start].count(b"\n") + 1, RowError("not UTF-8")
        return
    if text.strip():
        yield from _elements(text)


def csv_records(stream: Readable) -> Iterator[Numbered]:
    """Yield the rows under a header as (line where the row begins, {column: text} or RowError)."""
    lines = _GoodLines(stream)
    reader = csv.reader(lines, strict=True)
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
            if twice := _first_repeated([name for name in header if name.strip()]):
                yield start, RowError(f"the column “{twice}” stands twice")
                return


class _GoodLines:
    """Decoded lines up to the first bad one, since a CSV row may span several; where it stands.

    They end in LF. A file may have CR alone: it is then one line to those who look for LF.
    """

    def __init__(self, stream: Readable) -> None:
        self._lines = _lines(stream)
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


def _lines(stream: Readable) -> Iterator[tuple[int, str | RowError]]:
    line, is_begun = 0, False
    while raw := stream.readline(MAX_LINE_BYTES + 1):
        line += 1
        if not is_begun and (kind := foreign_kind(raw)):
            yield line, _foreign(kind)
            return
        is_begun = is_begun or not raw.isspace()
        if len(raw) > MAX_LINE_BYTES and not raw.endswith(b"\n"):
            _skip_line(stream)
            yield line, RowError(f"longer than {MAX_LINE_BYTES // 2**20} MiB")
            continue
        try:
            yield line, (raw.removeprefix(BOM) if line == 1 else raw).decode()
        except UnicodeDecodeError:
            yield line, RowError("not UTF-8")


def _skip_line(stream: Readable) -> None:
    while (rest := stream.readline(MAX_LINE_BYTES)) and not rest.endswith(b"\n"):
        pass


def _foreign(kind: str) -> RowError:
    return RowError(f"this is {kind}" if kind[:2] in ("a ", "an") else f"the file is {kind}")


def _named(header: list[str], cells: list[str]) -> dict[str, str] | RowError:
    if len(cells) > len(header):
        return RowError("more cells than the header has columns")
    if len(cells) < len(header):
        return RowError("fewer cells than the header has columns")
    return dict(zip(header, cells, strict=True))


def _first_repeated(names: list[str]) -> str:
    return next((name for place, name in enumerate(names) if name in names[:place]), "")


def _parsed(text: str) -> Any | RowError:
    try:
        return DECODER.decode(text)
    except (ValueError, RecursionError) as error:
        return _why_not_json(error)


def _why_not_json(error: Exception) -> RowError:
    if isinstance(error, RowError):
        return error
    if isinstance(error, RecursionError):
        return RowError("not JSON that can be read: nested too deeply")
    if isinstance(error, json.JSONDecodeError):
        return RowError(f"not JSON: {error.msg} (column {error.colno})")
    return RowError("not JSON that can be read: a number has too many digits")


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = _first_repeated([name for name, _ in pairs])
        raise RowError(f"{twice[:60]!a} stands twice in one object")
    return found


DECODER = json.JSONDecoder(object_pairs_hook=_without_repeats)


def _one_document(text: str, value: Any | RowError) -> RowError | None:
    """Say so where the first line shows that the file is one JSON document, not one a line."""
    begin = text.lstrip()[0]
    is_broken = isinstance(value, RowError) and "nested" not in str(value)
    needed = "this format has one JSON object a line"
    if begin == "[" and isinstance(value, list):
        return RowError(f"a JSON object is needed, not a list: {needed}")
    if begin == "[" and is_broken:
        return RowError(f"not JSON lines but one JSON array: {needed}")
    if is_broken and (text.strip() == "{" or text.rstrip().endswith((",", "{", "["))):
        return RowError(f"not JSON lines but one JSON object over several lines: {needed}")
    return None


def _elements(text: str) -> Iterator[Numbered]:
    position, line = _after_blank(text, 0, 1)
    if text[position : position + 1] != "[":
        yield line, RowError("not a JSON array: this format is one array of objects")
        return
    position, line = _after_blank(text, position + 1, line)
    while text[position : position + 1] != "]":
        try:
            value, end = DECODER.raw_decode(text, position)
        except json.JSONDecodeError as error:
            yield error.lineno, _why_not_json(error)
            return
        except (ValueError, RecursionError) as error:
            yield line, _why_not_json(error)
            return
        yield line, value
        line += text.count("\n", position, end)
        position, line = _after_blank(text, end, line)
        if text[position : position + 1] == ",":
            position, line = _after_blank(text, position + 1, line)
        elif text[position : position + 1] != "]":
            yield line, RowError("not JSON: a comma or ] is missing here")
            return
    position, line = _after_blank(text, position + 1, line)
    if text[position:]:
        yield line, RowError("not JSON: something follows the end of the array")


def _after_blank(text: str, position: int, line: int) -> tuple[int, int]:
    """Return the position after white space and the line that it is in."""
    match = BLANK.match(text, position)
    end = match.end() if match else position
    return end, line + text.count("\n", position, end)
