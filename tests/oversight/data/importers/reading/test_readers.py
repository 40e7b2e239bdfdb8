"""Every container gives the same rows, names what is bad in it, and never anything but that."""

import gzip
import io
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from oversight.data.importers import FORMATS, Told, guessing, read_rows
from oversight.data.importers.reading import arrays, packed
from oversight.data.importers.samples import samples
from oversight.errors import BadRows

ROWS = [{"text": f"Frage {n}: ¿qué?\nZwei", "node": "n"} for n in range(5)]
LINES = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in ROWS).encode()
ARRAY = json.dumps(ROWS, indent=1).encode()
TABLE = ("text,node\n" + "".join(f'"{row["text"]}",n\n' for row in ROWS)).encode()


def parquet(rows, **options):
    content = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows), content, **options)
    return content.getvalue()


def zstd(content):
    return zstandard.ZstdCompressor().compress(content)


def texts(content, name="queries"):
    return [row.text for row in read_rows(io.BytesIO(content), name)]


def refusals(content, name="queries"):
    with pytest.raises(BadRows) as caught:
        list(read_rows(io.BytesIO(content), name))
    return caught.value.errors


@pytest.mark.parametrize(
    "content",
    [
        *(pytest.param(LINES, id="lines"), pytest.param(ARRAY, id="array")),
        *(
            pytest.param(TABLE, id="table"),
            pytest.param(TABLE.replace(b",", b";"), id="semicolons"),
        ),
        *(pytest.param(gzip.compress(LINES), id="gzip"), pytest.param(zstd(ARRAY), id="zstd")),
        pytest.param(gzip.compress(LINES[:40]) + gzip.compress(LINES[40:]), id="two-members"),
        pytest.param(zstd(TABLE[:40]) + zstd(TABLE[40:]), id="two-frames"),
        pytest.param(parquet(ROWS), id="parquet"),
        pytest.param(parquet(ROWS, row_group_size=2, compression="zstd"), id="row-groups"),
        pytest.param(b"\xef\xbb\xbf" + LINES, id="mark"),
    ],
)
def test_the_same_rows_come_of_every_container(content):
    assert texts(content) == [row["text"] for row in ROWS]


def test_an_array_longer_than_what_is_read_at_once_is_read(monkeypatch):
    monkeypatch.setattr(arrays, "CHUNK", 7)
    numbers = json.dumps(
        [{"text": "é" * 50, "n": 123456}, {"text": "x", "n": 1.5e10}] * 3, indent=2
    )
    rows = list(read_rows(io.BytesIO(numbers.encode()), "queries"))
    assert [row.line for row in rows] == [2, 6, 10, 14, 18, 22]


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        pytest.param(gzip.compress(LINES)[:-9], 6, "damaged or cut short", id="gzip-cut"),
        pytest.param(b"\x1f\x8b" + b"x" * 50, 1, "damaged or cut short", id="gzip-noise"),
        pytest.param(b"\x28\xb5\x2f\xfd" + b"x" * 50, 1, "damaged", id="zstd-noise"),
        pytest.param(parquet(ROWS)[:-20], 1, "damaged or cut short", id="parquet-cut"),
        pytest.param(gzip.compress(parquet(ROWS)), 1, "packed already", id="parquet-packed"),
        pytest.param(parquet([*ROWS, {"text": None}]), 6, "not null", id="parquet-null"),
        pytest.param(parquet([{"text": b"\xff"}]), 1, "not bytes", id="parquet-bytes"),
        pytest.param(parquet([{"text": 5}]), 1, "not a number", id="parquet-number"),
    ],
)
def test_what_cannot_be_read_is_named_where_it_is(content, line, words):
    errors = dict(refusals(content))
    assert words in errors[max(errors)]
    assert max(errors) <= line


def test_a_parquet_file_with_a_column_twice_is_refused():
    table = pa.Table.from_arrays([pa.array(["a"]), pa.array(["b"])], names=["text", "text"])
    content = io.BytesIO()
    pq.write_table(table, content)
    assert refusals(content.getvalue()) == [(1, "the column “text” stands twice")]


@pytest.mark.parametrize("pack", [gzip.compress, zstd])
def test_a_bomb_is_defused_before_it_is_unpacked(pack, monkeypatch):
    monkeypatch.setattr(packed, "FREE_BYTES", 2**20)
    content = pack(b'{"text": "a"}\n' + b" " * 2**25)
    read = []
    count = packed.Source._counted

    def counted(self, content):
        read.append(len(content))
        return count(self, content)

    monkeypatch.setattr(packed.Source, "_counted", counted)
    assert "more than 250 times its size" in refusals(content)[0][1]
    assert sum(read) < 2**24


def test_a_group_of_rows_too_large_is_refused_unread(monkeypatch):
    from oversight.data.importers.reading import parquet as reader

    monkeypatch.setattr(reader, "MAX_GROUP_BYTES", 10)
    assert "a group of rows is larger" in refusals(parquet(ROWS))[0][1]


HEADS = [
    b"",
    b"\x1f\x8b\x08",
    b"\x28\xb5\x2f\xfd",
    b"PAR1",
    b"[",
    b"{",
    b"[{",
    b"text\n",
    b"\xef\xbb\xbf[",
]
BYTES = st.builds(lambda head, rest: head + rest, st.sampled_from(HEADS), st.binary(max_size=200))
DAMAGED = st.sampled_from(
    [*(path.read_bytes() for path in samples().values()), parquet(ROWS), gzip.compress(LINES)]
)


def damaged(content, at, noise):
    at %= len(content) + 1
    return content[:at] + noise + content[at + len(noise) :]


@settings(max_examples=150)
@given(
    content=BYTES
    | st.builds(damaged, DAMAGED, st.integers(0, 5000), st.binary(min_size=1, max_size=4)),
    name=st.sampled_from(sorted(FORMATS)),
)
def test_bytes_of_any_kind_give_rows_or_what_is_wrong(content, name):
    told = Told("person", {"prompt": "task"})
    try:
        rows = list(read_rows(io.BytesIO(content), name, told))
    except BadRows as error:
        rows = error.errors
    assert rows
    assert guessing.guess(io.BytesIO(content)).format in FORMATS


def test_bad_rows_can_be_left_out():
    left_out = []
    content = b'{"text": "a"}\n{"text": 5}\n{"text": "b"\n{"text": "c"}\n'
    rows = list(read_rows(io.BytesIO(content), "queries", leave_out=left_out.append))
    assert [row.text for row in rows] == ["a", "c"]
    assert [(each.line, each.value) for each in left_out] == [(2, {"text": 5}), (3, None)]


@pytest.mark.parametrize("head", [b'{"text": "a"}\n', b"text\na\n"], ids=["lines", "table"])
def test_blank_lines_are_not_read_without_end(monkeypatch, head):
    monkeypatch.setattr("oversight.data.importers.reading.lines.MAX_BLANK_LINES", 5)
    row = head.splitlines(keepends=True)[-1]
    assert texts(head + b"\n" * 5 + row + b"\n" * 5) == ["a", "a"]
    [(line, reason)] = refusals(head + b"\n" * 10 + row)
    last = head.count(b"\n") + 6
    words = f"more than 5 blank lines one after another; nothing after line {last} was read"
    assert (line, reason) == (last, words)
