"""Rows in PostgreSQL's binary form, as values: one statement, so one consistent view of the whole."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import Any

from django.db import connection
from psycopg import Cursor

Row = tuple[Any, ...]
# Of so many at a time psycopg makes values in one go; a few long texts are in memory at once.
CHUNK_ROWS = 16


def row_blocks(select: str, texts: Sequence[int], block_chars: int) -> Iterator[list[Row]]:
    """Yield the rows in blocks, of which each but the last has `block_chars` or more.

    `texts` are the places of the columns that may be long; no others are counted.
    """
    connection.ensure_connection()
    with connection.wrap_database_errors, Cursor(connection.connection) as cursor:
        stream = cursor.stream(select.encode(), binary=True, size=CHUNK_ROWS)
        with closing(stream):  # type: ignore[type-var]
            rows: list[Row] = []
            size = 0
            for row in stream:
                rows.append(row)
                size += sum([len(row[at]) for at in texts])
                if size >= block_chars:
                    yield rows
                    rows, size = [], 0
            if rows:
                yield rows
