"""Lines of text within bounds, each with its number or with what is wrong with it."""

from collections.abc import Iterator
from typing import Any, Protocol

from oversight.data.importers.rows import EndsReading, RowError

from .kinds import BOM, foreign_kind

MAX_LINE_BYTES = 1024 * 1024
# No file of rows has more of them in a row, and reading on would take as long as the sender likes.
MAX_BLANK_LINES = 100_000
MAX_COLUMNS = 10_000


class Readable(Protocol):
    """What is needed of a stream of bytes. It may raise RowError where it cannot be unpacked."""

    def read(self, size: int = -1, /) -> bytes: ...

    def readline(self, size: int = -1, /) -> bytes: ...


class BadLine(RowError):
    """`stand_in` has its quotes and its ends: so much must be known where it is part of a row."""

    def __init__(self, reason: str, stand_in: str) -> None:
        super().__init__(reason)
        self.stand_in = stand_in


# A record, or why there is none at that line.
Numbered = tuple[int, Any | RowError]


def text_lines(stream: Readable) -> Iterator[tuple[int, str | RowError]]:
    """Yield each line as (number, text or RowError); a file that is no text gives one error.

    Nothing is read after too many blank lines, nor where the file cannot be unpacked: EndsReading.
    """
    line, filled, is_begun = 0, 0, False
    try:
        while raw := stream.readline(MAX_LINE_BYTES + 1):
            line += 1
            if not is_begun and (kind := foreign_kind(raw)):
                yield line, foreign(kind)
                return
            if not raw.isspace():
                is_begun, filled = True, line
            elif line - filled > MAX_BLANK_LINES:
                reason = f"more than {MAX_BLANK_LINES:,} blank lines one after another"
                yield line, EndsReading.after(line, reason)
                return
            if len(raw) > MAX_LINE_BYTES and not raw.endswith(b"\n"):
                yield line, _too_long(raw, stream)
                continue
            yield line, _decoded(raw.removeprefix(BOM) if line == 1 else raw)
    except RowError as error:
        yield line + 1, EndsReading.after(line + 1, error)


def _decoded(raw: bytes) -> str | RowError:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return BadLine("not UTF-8", raw.decode(errors="replace"))


def _too_long(rest: bytes, stream: Readable) -> BadLine:
    """Pass over the rest of the line. Of its quotes it counts alone whether they are in pairs."""
    quotes = rest.count(b'"')
    while not rest.endswith(b"\n") and (rest := stream.readline(MAX_LINE_BYTES)):
        quotes += rest.count(b'"')
    return BadLine(f"longer than {MAX_LINE_BYTES // 2**20} MiB", '"\n' if quotes % 2 else "x\n")


def foreign(kind: str) -> EndsReading:
    return EndsReading(f"this is {kind}" if kind[:2] in ("a ", "an") else f"the file is {kind}")


def first_repeated(names: list[str]) -> str:
    """Return the first name that stands twice, "" where none does."""
    seen: set[str] = set()
    for name in names:
        if name in seen:
            return name
        seen.add(name)
    return ""


def fault_of_columns(names: list[str]) -> str:
    """Return why no rows can be read under these names, "" where they can."""
    if len(names) > MAX_COLUMNS:
        return f"the file has {len(names):,} columns; at most {MAX_COLUMNS:,} can be read"
    twice = first_repeated(names)
    return f"the column “{twice}” stands twice" if twice else ""
