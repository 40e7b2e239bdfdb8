"""One JSON array, element by element: memory stays the same however long it is."""

import codecs
import json
import re
from collections.abc import Iterator
from typing import Any

from oversight.data.importers.rows import EndsReading, RowError

from .documents import DECODER, why_not_json
from .kinds import BOM, LOOKED_AT, foreign_kind
from .lines import Numbered, Readable, foreign

MAX_ELEMENT_CHARS = 16 * 2**20
CHUNK = 2**16
BLANK = re.compile(r"[ \t\r\n]*")
CLOSED = ("}", "]", '"')
NOT_UTF8 = RowError("not UTF-8")


def json_array(stream: Readable) -> Iterator[Numbered]:
    """Yield the elements of one JSON array as (line where it starts, value or RowError).

    Nothing is read after the first element that is not JSON: where it ends cannot be known. Of one that
    is not UTF-8 it can.
    """
    text = _Text(stream)
    try:
        yield from _elements(text)
    except _Stop as stop:
        yield stop.line, EndsReading.after(stop.line, stop.reason)
    except EndsReading as error:
        yield text.line, error
    except RowError as error:
        yield text.line, EndsReading.after(text.line, error)


class _Stop(Exception):
    def __init__(self, line: int, reason: RowError) -> None:
        self.line, self.reason = line, reason


class _Text:
    """What is read of the array and not yet done with, from `line` on."""

    def __init__(self, stream: Readable) -> None:
        self._stream = stream
        # What is not UTF-8 becomes halves of characters, which no text in UTF-8 has: see `is_utf8`.
        self._decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
        self._is_begun = False
        self.waiting = ""
        self.position = 0
        self.line = 1
        self.is_whole = False

    def more(self, chars: int = CHUNK) -> None:
        """Read on. What is done with is dropped."""
        content = self._stream.read(chars)
        if not self._is_begun:
            if kind := foreign_kind(content[:LOOKED_AT]):
                raise foreign(kind)
            content = content.removeprefix(BOM)
            self._is_begun = True
        self.is_whole = not content
        self.waiting = self.waiting[self.position :]
        self.position = 0
        self.waiting += self._decoder.decode(content, final=self.is_whole)

    def next_mark(self) -> str:
        """Pass over white space; return the character that follows, "" at the end."""
        while True:
            found = BLANK.match(self.waiting, self.position)
            self.move(found.end() if found else self.position)
            if self.position < len(self.waiting) or self.is_whole:
                return self.waiting[self.position : self.position + 1]
            self.more()

    def move(self, end: int) -> None:
        self.line += self.waiting.count("\n", self.position, end)
        self.position = end

    def value(self) -> Any:
        """Read the value that begins here, and pass over it. RowError stands for one not in UTF-8."""
        while True:
            try:
                value, end = DECODER.raw_decode(self.waiting, self.position)
            except json.JSONDecodeError as error:
                self._read_on_or_stop(error)
                continue
            except (ValueError, RecursionError) as error:
                raise _Stop(self.line, why_not_json(error)) from error
            # A number that ends where the reading ended may go on.
            if end == len(self.waiting) and not self.is_whole and value_is_open(self.waiting):
                self.more()
                continue
            is_bad = not is_utf8(self.waiting[self.position : end])
            self.move(end)
            return NOT_UTF8 if is_bad else value

    def _read_on_or_stop(self, error: json.JSONDecodeError) -> None:
        unread = len(self.waiting) - self.position
        if not self.is_whole and unread <= MAX_ELEMENT_CHARS:
            self.more(max(CHUNK, unread))  # doubled, so that a long one is not tried too often
            return
        if not self.is_whole:
            reason = RowError(f"longer than {MAX_ELEMENT_CHARS // 2**20} MiB, or not JSON")
            raise _Stop(self.line, reason) from error
        before = self.waiting.count("\n", self.position, error.pos)
        is_bad = not is_utf8(self.waiting[error.pos : error.pos + 1])
        raise _Stop(self.line + before, NOT_UTF8 if is_bad else why_not_json(error)) from error


def value_is_open(text: str) -> bool:
    return not text.endswith(CLOSED)


def is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _elements(text: _Text) -> Iterator[Numbered]:
    mark = text.next_mark()
    if not mark:
        return
    if mark != "[":
        yield text.line, EndsReading("not a JSON array: this format is one array of objects")
        return
    text.move(text.position + 1)
    while text.next_mark() != "]":
        line = text.line
        yield line, text.value()
        mark = text.next_mark()
        if mark == ",":
            text.move(text.position + 1)
        elif mark != "]":
            raise _Stop(text.line, RowError("not JSON: a comma or ] is missing here"))
    text.move(text.position + 1)
    if text.next_mark():
        raise _Stop(text.line, RowError("not JSON: something follows the end of the array"))
