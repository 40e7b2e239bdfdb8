"""What PostgreSQL writes by COPY, in blocks: one statement, so one consistent view of the whole."""

from collections.abc import Generator, Iterator
from contextlib import closing

from django.db import connection

BLOCK_BYTES = 128 * 1024


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


def _without_cr(block: bytes) -> bytes:
    if b"\r" not in block:
        return block
    return block.replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def text_lines(select: str) -> Iterator[bytes]:
    """Yield the lines of one column of plain text, in which nothing has to be escaped."""
    with closing(_messages(f"COPY ({select}) TO STDOUT")) as messages:
        for message in messages:
            yield bytes(message)
