"""Lines of text within bounds, each with its number or with what is wrong with it."""

from collections.abc import Iterator
from typing import Any, Protocol

from oversight.data.importers.rows import RowError

from .kinds import BOM, foreign_kind

MAX_LINE_BYTES = 1024 * 1024
# No file of rows has more of them in a row, and reading on would take as long as the sender likes.
MAX_BLANK_LINES = 100_000


class Readable(Protocol):
    """What is needed of a stream of bytes. It may raise RowError where it cannot be unpacked."""

    def read(self, size: int = -1, /) -> bytes: ...

    def readline(self, size: int = -1, /) -> bytes: ...


# A record, or why there is none at that line.
Numbered = tuple[int, Any | RowError]


def text_lines(stream: Readable) -> Iterator[tuple[int, str | RowError]]:
    """Yield each line as (number, text or RowError); a file that is no text gives one error.

    Nothing is read after too many blank lines.
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
                yield line, RowError(f"more than {MAX_BLANK_LINES:,} blank lines one after another")
                return
            if len(raw) > MAX_LINE_BYTES and not raw.endswith(b"\n"):
                _skip_line(stream)
                yield line, RowError(f"longer than {MAX_LINE_BYTES // 2**20} MiB")
                continue
            yield line, _decoded(raw.removeprefix(BOM) if line == 1 else raw)
    except RowError as error:
        yield line + 1, error


def _decoded(raw: bytes) -> str | RowError:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return RowError("not UTF-8")


def _skip_line(stream: Readable) -> None:
    while (rest := stream.readline(MAX_LINE_BYTES)) and not rest.endswith(b"\n"):
        pass


def foreign(kind: str) -> RowError:
    return RowError(f"this is {kind}" if kind[:2] in ("a ", "an") else f"the file is {kind}")


def first_repeated(names: list[str]) -> str:
    """Return the first name that stands twice, "" where none does."""
    return next((name for place, name in enumerate(names) if name in names[:place]), "")
