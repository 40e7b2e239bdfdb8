"""Guessing what a file is ends soon, whatever the file is."""

import gzip
import io

import pyarrow
import pytest
from pyarrow import parquet

from oversight.data.importers import guessing, read_rows
from oversight.errors import BadRows


def test_blank_lines_are_not_looked_through_to_their_end():
    read = []

    class Told(io.BytesIO):
        def readinto(self, target):
            read.append(len(target))
            return super().readinto(target)

        def read(self, size=-1):
            read.append(size)
            return super().read(size)

    content = b"\n" * 60_000_000 + b'{"text": "What is 1 + 1?"}\n'
    assert guessing.guess(Told(content)).columns == ()
    assert sum(size for size in read if size > 0) < 30_000_000
    assert guessing.guess(io.BytesIO(gzip.compress(content))).columns == ()
    assert guessing.guess(io.BytesIO(b"\n" * 500 + content[-27:])).format == "queries"


def test_a_time_that_python_does_not_know_is_a_damaged_file():
    table = pyarrow.table({"query": ["x"], "at": pyarrow.array([2**62], pyarrow.timestamp("us"))})
    content = io.BytesIO()
    parquet.write_table(table, content)
    content.seek(0)
    guessing.guess(content)
    with pytest.raises(BadRows, match="damaged"):
        list(read_rows(content, "queries"))
