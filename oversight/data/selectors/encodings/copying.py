"""Rows as PostgreSQL writes them, in blocks: one statement, so one consistent view of the whole.

PostgreSQL makes the JSON and the CSV; nothing here looks at a row but for where it ends.
"""

import re
from collections.abc import Generator, Iterator
from contextlib import closing

from django.db import connection

BLOCK_BYTES = 128 * 1024
# Binary COPY: a signature before the first row; before each the number of fields and a length; at the
# end a field count of -1. It is taken since the text form writes every backslash of the JSON twice.
SIGNATURE, ROW_HEAD, TRAILER = 19, 6, 2
CR_IN_JSON = re.compile(rb"(?<!\\)((?:\\\\)*)\\r(?:\\n)?")


def json_blocks(select: str) -> Iterator[bytes]:
    """Yield JSON lines, whole ones, in blocks of some BLOCK_BYTES. `select` has one column, text.

    A CR in a text, alone or before LF, is written as LF.
    """
    with closing(_messages(f"COPY ({select}) TO STDOUT (FORMAT binary)")) as messages:
        rows: list[memoryview] = []
        size, start = 0, SIGNATURE
        for message in messages:
            if len(message) - start <= TRAILER:
                break
            rows.append(message[start + ROW_HEAD :])
            size, start = size + len(message), 0
            if size >= BLOCK_BYTES:
                yield _lines(rows)
                rows, size = [], 0
        if rows:
            yield _lines(rows)
        for _ in messages:  # the end of it, so that the connection is free again
            pass


def csv_blocks(select: str) -> Iterator[bytes]:
    """Yield CSV with a header, whole rows, in blocks of some BLOCK_BYTES."""
    with closing(_messages(f"COPY ({select}) TO STDOUT (FORMAT csv, HEADER true)")) as messages:
        rows: list[memoryview] = []
        size = 0
        for message in messages:
            rows.append(message)
            size += len(message)
            if size >= BLOCK_BYTES:
                yield _without_cr(b"".join(rows))
                rows, size = [], 0
        if rows:
            yield _without_cr(b"".join(rows))


def _messages(statement: str) -> Generator[memoryview, None, None]:
    with (
        connection.cursor() as cursor,
        connection.wrap_database_errors,
        cursor.copy(statement) as copy,
    ):
        yield from copy


def _lines(rows: list[memoryview]) -> bytes:
    block = b"\n".join((*rows, b""))
    return CR_IN_JSON.sub(rb"\1\\n", block) if rb"\r" in block else block


def _without_cr(block: bytes) -> bytes:
    if b"\r" not in block:
        return block
    return block.replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def text_lines(select: str) -> Iterator[bytes]:
    """Yield the lines of one column of plain text, in which nothing has to be escaped."""
    with closing(_messages(f"COPY ({select}) TO STDOUT")) as messages:
        for message in messages:
            yield bytes(message)
