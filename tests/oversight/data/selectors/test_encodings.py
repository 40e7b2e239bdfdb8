"""Every dataset in every encoding and compression reads back to the same values."""

import io
import itertools
import json

import pytest
from django.db import connection
from pyarrow import parquet

from oversight.data.selectors.datasets import registered
from oversight.data.selectors.encodings import Compression, Encoding, Format
from oversight.data.selectors.encodings.parquet import arrow_schema
from tests.factories import make_campaign, make_query, make_response
from tests.oversight.data.exported import (
    HOSTILE,
    make_world,
    opened,
    read_csv,
    rows_of,
    written,
)

pytestmark = pytest.mark.django_db
NAMES = [
    *("preferences", "preferences-text", "kto", "sft", "rewardbench", "hh-rlhf"),
    *("process-labels", "critique-ratings", "critiques", "judgements", "rankings"),
]


@pytest.fixture
def world():
    return make_world()


def test_the_table_of_names_is_whole():
    assert set(NAMES) | {"annotations"} == registered().keys()


@pytest.mark.parametrize("name", NAMES)
def test_all_encodings_say_the_same(world, name):
    lines = written(name, world)
    rows = [json.loads(line) for line in lines.splitlines()]
    assert len(rows) >= len(HOSTILE)
    for compression in Compression:
        as_lines = written(name, world, Encoding(Format.JSONL, compression))
        assert opened(as_lines, compression) == lines
        table = parquet.read_table(
            io.BytesIO(written(name, world, Encoding(Format.PARQUET, compression)))
        )
        assert table.schema.equals(arrow_schema(registered()[name].columns))
        assert table.to_pylist() == rows
        cells = read_csv(
            opened(written(name, world, Encoding(Format.CSV, compression)), compression)
        )
        nested = {column.name for column in registered()[name].columns if column.is_nested}
        assert [_as_cells(row) for row in rows] == [_with_json(row, nested) for row in cells]


def _as_cells(row):
    return {name: _as_cell(value) for name, value in row.items()}


def _with_json(row, nested):
    return {name: json.loads(cell) if name in nested else cell for name, cell in row.items()}


def _as_cell(value):
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str) and value[:1] in tuple("=+-@\t\r"):
        return f"'{value}"
    return value if isinstance(value, list | dict) else str(value)


@pytest.mark.parametrize("name", NAMES)
def test_each_column_has_its_declared_type_in_every_row(world, name):
    columns = registered()[name].columns
    for row in rows_of(name, world):
        assert list(row) == [column.name for column in columns]
        for column in columns:
            _check(row[column.name], column.type)


def _check(value, declared):
    if isinstance(declared, list):
        assert isinstance(value, list)
        assert value, "an empty list has no type that a reader could see"
        for each in value:
            _check(each, declared[0])
    elif isinstance(declared, dict):
        assert value.keys() == declared.keys()
        for name, each in declared.items():
            _check(value[name], each)
    elif declared is None:
        assert value is None
    else:
        kinds = {"int64": int, "float64": float, "bool": bool}
        assert type(value) is kinds.get(declared, str)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_come_back_as_they_were_but_for_their_line_ends(text):
    world = make_world([text])
    lf = text.replace("\r\n", "\n").replace("\r", "\n")
    [row] = rows_of("preferences", world)
    assert row["chosen"] == [{"role": "assistant", "content": lf}]
    [row] = rows_of("preferences-text", world)
    assert (row["chosen"], row["rejected"]) == (lf, f"{lf}!")
    [row] = rows_of("hh-rlhf", world)
    assert row["chosen"] == f"\n\nHuman: {lf} 0\n\nAssistant: {lf}"
    [row] = rows_of("process-labels", world)
    assert row["question"]["pre_generated_steps"][0] == "1 + 1 = 2"
    assert row["question"]["pre_generated_steps"][-1] == "rest"


def test_a_spreadsheet_takes_no_cell_for_a_formula(world):
    for name in NAMES:
        for row in read_csv(written(name, world, Encoding(Format.CSV))):
            starts = {value[0] for value in row.values() if value and not _is_number(value)}
            assert starts.isdisjoint("=+-@\t\r")


def _is_number(value):
    try:
        float(value)
    except ValueError:
        return False
    return True


def test_an_empty_campaign_gives_whole_files():
    campaign = make_campaign()
    assert written("preferences", campaign) == b""
    table = parquet.read_table(
        io.BytesIO(written("preferences", campaign, Encoding(Format.PARQUET, Compression.ZSTD)))
    )
    assert (table.num_rows, "chosen" in table.column_names) == (0, True)
    header = written("judgements", campaign, Encoding(Format.CSV))
    assert header.startswith(b"item,annotator,label,")
    assert header.count(b"\n") == 1


@pytest.mark.parametrize("fmt", Format)
def test_a_stream_that_is_broken_off_leaves_the_connection_usable(
    transactional_db, monkeypatch, fmt
):
    for small in ("copying.BLOCK_BYTES", "BLOCK_BYTES", "GROUP_CHARS"):
        monkeypatch.setattr(f"oversight.data.selectors.encodings.{small}", 1)
    monkeypatch.setattr("oversight.data.selectors.encodings.rows.CHUNK_ROWS", 2)
    world = make_world()
    from oversight.data.selectors.datasets import Wanted
    from oversight.data.selectors.encodings import encoded

    blocks = encoded(registered()["preferences"], Wanted(world), Encoding(fmt))
    assert len(list(itertools.islice(blocks, 2))) == 2
    blocks.close()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)


def test_conversations_give_their_turns_and_parquet_a_place_for_calls_of_tools():
    world = make_world(["Plain."])
    turns = [
        {"role": "user", "content": "Look it up."},
        {
            "role": "assistant",
            "content": "",
            "tool_calls": [{"name": "search", "arguments": '{"q": 1}'}],
        },
        {"role": "tool", "name": "search", "content": "Found."},
    ]
    query = make_query(world, "Look it up. Found.", messages=turns)
    row = world.preferences.get()
    world.preferences.create(
        query=query,
        chosen=make_response(query, "So."),
        rejected=make_response(query, "Not so."),
        source=row.source,
    )
    plain, spoken = rows_of("preferences", world)
    assert spoken["prompt"] == turns
    content = written("preferences", world, Encoding(Format.PARQUET, Compression.NONE))
    table = parquet.read_table(io.BytesIO(content)).to_pylist()
    told = [[_without_none(turn) for turn in each["prompt"]] for each in table]
    assert told == [plain["prompt"], spoken["prompt"]]
    assert "\n\nHuman: Look it up." in rows_of("hh-rlhf", world)[1]["chosen"]


def _without_none(turn):
    return {name: value for name, value in turn.items() if value is not None}
