"""The bytes of JSON lines are PostgreSQL's own, but that it does not write them itself."""

import json
from datetime import UTC, datetime

import pytest
from django.db import connection

from oversight.data.selectors.datasets.columns import Column, iso_time, written_number
from oversight.data.selectors.encodings.json_lines import json_blocks, json_cells
from tests.factories import make_response, make_version
from tests.oversight.data.exported import HOSTILE, make_world, rows_of, written

pytestmark = pytest.mark.django_db
NUMBERS = [
    *(0.0, -0.0, 1.0, -1.5, 0.1, 1 / 3, 1e-4, 1e-5, -1.5e-7, 5e-324, 1.7976931348623157e308),
    *(999_999_999_999_999.0, 123_456_789_012_345.6, 1e15, -1e15, 1_234_567_890_123_456.0),
    *(9_007_199_254_740_993.0, 9.5e15, 1e16, 1.25e21, 1e22),
]
TIMES = [
    datetime(2026, 1, 31, 12, 0, 0, tzinfo=UTC),
    datetime(2026, 1, 31, 12, 0, 0, 1, tzinfo=UTC),
    datetime(1999, 12, 31, 23, 59, 59, 120_000, tzinfo=UTC),
]


def test_numbers():
    made = json_cells(Column("it", "float64", "it"), NUMBERS)
    assert made == [_of_postgresql(written_number("it"), "float8", each) for each in NUMBERS]


def test_times():
    made = json_cells(Column("it", "timestamp", "it"), TIMES)
    said = [_of_postgresql(iso_time("it"), "timestamptz", each) for each in TIMES]
    assert made == [b'"%b"' % each for each in said]


def test_texts():
    texts = [
        *HOSTILE,
        'ends with ",',
        '",',
        "\n  ",
        ",\n  ",
        '","',
        "".join(map(chr, range(1, 160))),
    ]
    made = json_cells(Column("it", "string", "it"), texts)
    assert made == [_of_postgresql("to_json(it)", "text", each) for each in texts]


def test_whole_lines_with_signs_of_formats_in_them():
    world = make_world(["100 %b"])
    query, standing = world.queries.first(), world.preferences.get()
    version = make_version(world, name='50%%s \\ " %', active=False)
    world.preferences.create(
        query=query,
        chosen=make_response(query, "\x01 is what JSON comes after", version=version),
        rejected=make_response(query, "%(a)s", version=version),
        source=standing.source,
    )
    rows = rows_of("preferences", world)
    assert rows[1]["chosen_version"].startswith('50%%s \\ " %@')
    assert rows[1]["chosen"][0]["content"].startswith("\x01 is")
    lines = "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows)
    assert written("preferences", world).decode() == lines


def test_what_was_forgotten_is_written_anew(monkeypatch):
    monkeypatch.setattr("oversight.data.selectors.encodings.json_lines.MOST_TEMPLATES", 1)
    columns = [Column("kind", "string", "", repeats=True), Column("id", "int64", "")]
    rows = [(1, "a"), (2, "b"), (3, "a")]
    assert b"".join(json_blocks([rows], columns)) == (
        b'{"kind": "a", "id": 1}\n{"kind": "b", "id": 2}\n{"kind": "a", "id": 3}\n'
    )


def _of_postgresql(expression, kind, value):
    with connection.cursor() as cursor:
        given = f"(SELECT %s::{kind} AS it)"
        cursor.execute(f"SELECT ({expression})::text FROM {given} x", [value])  # noqa: S608
        return cursor.fetchone()[0].encode()
