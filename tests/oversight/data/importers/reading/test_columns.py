"""The names of a table's columns: how many, in which order, and those that are none."""

import io
import time

import pytest

from oversight.data.importers.reading import Source, any_records, lines
from oversight.data.importers.rows import EndsReading


def records(content):
    return list(any_records(Source(io.BytesIO(content))))


def header_of(count):
    return ",".join(f"c{number}" for number in range(count)).encode() + b"\n"


def test_names_are_compared_in_time_that_grows_with_their_number():
    names = [f"column {number}" for number in range(100_000)]
    begun = time.monotonic()
    assert lines.first_repeated([*names, "column 7", "column 3"]) == "column 7"
    assert time.monotonic() - begun < 5


def test_more_columns_than_any_table_has_are_refused():
    [(line, fault)] = records(header_of(lines.MAX_COLUMNS + 1) + b"x\n")
    assert isinstance(fault, EndsReading)
    assert (line, str(fault)) == (1, "the file has 10,001 columns; at most 10,000 can be read")
    [(_, row)] = records(header_of(lines.MAX_COLUMNS) + b"x" + b",x" * (lines.MAX_COLUMNS - 1))
    assert len(row) == lines.MAX_COLUMNS


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n"])
@pytest.mark.parametrize("before", [0, 2])
def test_what_parts_the_columns_is_told_by_the_header_alone(end, before):
    [(line, row)] = records(end * before + b"text,node" + end + b"a;b;c;d,n" + end)
    assert (line, row) == (before + 2, {"text": "a;b;c;d", "node": "n"})


def test_columns_without_a_name_are_told_by_their_place():
    [(_, row)] = records(b"text,, ,node\na,b,c,d\n")
    named = {"text": "a", "column 2 (no name)": "b", "column 3 (no name)": "c", "node": "d"}
    assert row == named


@pytest.mark.parametrize("content", [b"a,b,a\n1,2,3\n", b"a,\xc3\xa4,b,a\n1,2,3,4\n"])
def test_a_column_that_stands_twice_is_named(content):
    assert str(records(content)[0][1]) == "the column “a” stands twice"
