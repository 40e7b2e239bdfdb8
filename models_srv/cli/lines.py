"""JSON lines that come in and go out: each error names the line that it is about."""

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any

Row = dict[str, Any]
STANDARD = "-"


class LineError(Exception):
    """What came in cannot be used; the words name the line."""


@dataclass(frozen=True)
class Line:
    """An object that came in, and where it stood: `place` is “FILE, line N”."""

    place: str
    row: Row

    def text(self, key: str, default: str | None = None) -> str:
        """Return a text of the object, or raise LineError where it is none. A default may be missing."""
        value = self.row.get(key, default)
        if not isinstance(value, str):
            there = "has no" if value is None else "needs a text as"
            raise LineError(f"{self.place} {there} “{key}”.")
        return value


def read_lines(path: str) -> Iterator[Line]:
    """Yield the objects of a file, or of what is piped in; empty lines are passed over.

    Raises LineError at the first line that is no object.
    """
    name = "standard input" if path == STANDARD else path
    with _opened(path) as stream:
        for number, text in enumerate(stream, 1):
            if text.strip():
                yield Line(f"{name}, line {number}", _row(text, f"{name}, line {number}"))


def count_lines(path: str) -> int | None:
    """Return how many lines a file has; None for what is piped in, which is not known before."""
    if path == STANDARD:
        return None
    with _opened(path) as stream:
        return sum(1 for line in stream if line.strip())


@contextmanager
def writer(path: str) -> Iterator["Writer"]:
    """Give what writes objects to a file, or to what follows in the pipe."""
    if path == STANDARD:
        yield Writer(sys.stdout)
        return
    try:
        stream = open(path, "w", encoding="utf-8")  # noqa: SIM115 - closed just below
    except OSError as error:
        raise LineError(f"{path} cannot be written: {error.strerror}.") from error
    with stream:
        yield Writer(stream)


class Writer:
    """Writes objects, a line each. What was written stands, whatever happens to the rest."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream

    def write(self, rows: Sequence[Row]) -> None:
        self._stream.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        self._stream.flush()


@contextmanager
def _opened(path: str) -> Iterator[IO[bytes]]:
    if path == STANDARD:
        yield sys.stdin.buffer
        return
    try:
        stream = open(path, "rb")  # noqa: SIM115 - closed just below
    except OSError as error:
        raise LineError(f"{path} cannot be read: {error.strerror}.") from error
    with stream:
        yield stream


def _row(text: bytes, place: str) -> Row:
    try:
        row = json.loads(text)
    except ValueError as error:  # of bytes that are no UTF-8 too
        raise LineError(f"{place} is no JSON: {error}.") from error
    if not isinstance(row, dict):
        raise LineError(f"{place} is no object: each line is one, in braces.")
    return row
