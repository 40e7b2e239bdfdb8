"""One bad row does not take the rest of its file along; where it must, nobody loses it unawares."""

import gzip
import io
import json

import pytest

from oversight.data.importers import read_rows
from oversight.data.importers.reading import MAX_LINE_BYTES, arrays
from oversight.errors import BadRows

LONG = b"a" * (2 * MAX_LINE_BYTES)


def taken(content, name="queries"):
    """Return the texts that are read where bad rows are left out, and {line: why} of those."""
    left_out = []
    rows = [row.text for row in read_rows(io.BytesIO(content), name, leave_out=left_out.append)]
    return rows, {each.line: each.reason for each in left_out}


def table(*rows):
    return b"text,node\n" + b"".join(row + b"\n" for row in rows)


@pytest.mark.parametrize(
    ("bad", "lines", "reason"),
    [
        pytest.param(b"x\xff,n", {3}, "not UTF-8", id="not-utf8"),
        pytest.param(b"\xff", {3}, "not UTF-8", id="not-utf8-alone"),
        pytest.param(b'"x\n\xff\ny",n', {4}, "not UTF-8", id="not-utf8-within-a-cell"),
        pytest.param(b'"x\xff\n\xff,\ny",n', {3}, "not UTF-8", id="not-utf8-in-two-lines"),
        pytest.param(b"x\xff,n\ny\xff,n", {3, 4}, "not UTF-8", id="two-rows"),
        pytest.param(LONG + b",n", {3}, "longer than 1 MiB", id="long"),
        pytest.param(b'"' + LONG + b'",n', {3}, "longer than 1 MiB", id="long-in-quotes"),
        pytest.param(b'"' + LONG + b'\nx",n', {3}, "longer than 1 MiB", id="long-opens"),
        pytest.param(b'"x\n' + LONG + b'",n', {4}, "longer than 1 MiB", id="long-closes"),
        pytest.param(b'"x\n' + LONG + b'\nx",n', {4}, "longer than 1 MiB", id="long-within"),
    ],
)
def test_the_rows_after_a_bad_line_of_a_table_are_read(bad, lines, reason):
    rows, left_out = taken(table(b"a,n", bad, b"b,n", b"c,n"))
    assert rows == ["a", "b", "c"]
    assert left_out == dict.fromkeys(lines, reason)


@pytest.mark.parametrize("chunk", [1, 7, 2**16])
def test_the_elements_after_one_that_is_not_utf8_are_read(monkeypatch, chunk):
    monkeypatch.setattr(arrays, "CHUNK", chunk)
    content = b'[{"text": "\xc3\xa4"},\n{"text": "b\xff"},\n{"text": "\\ud83d\\ude00"}]'
    assert taken(content) == (["ä", "😀"], {2: "not UTF-8"})


@pytest.mark.parametrize(
    ("content", "line", "reason"),
    [
        pytest.param(table(b"a,n", b'b,"a"x', b"c,n"), 3, "not valid CSV", id="quote"),
        pytest.param(table(b"a,n", b'b,"a', b"c,n"), 3, "not valid CSV", id="open-quote"),
        pytest.param(
            table(b"a,n", b'"' + b"aaaaaaa\n" * 200_000 + b'",n', b"c,n"),
            3,
            "field larger",
            id="cell",
        ),
        pytest.param(table(b"a,n", b"\xff,n", b'"b"x'), 4, "not valid CSV", id="not-utf8-before"),
        pytest.param(b'[{"text": "a"},\n{"text": },\n{"text": "c"}]', 2, "not JSON", id="array"),
        pytest.param(b'[{"text": "a"}\n{"text": "c"}]', 2, "a comma or ]", id="no-comma"),
        pytest.param(b'[{"text": "a"}]\n[{"text": "c"}]', 2, "follows the end", id="two-arrays"),
        pytest.param(gzip.compress(b'{"text": "a"}\n' * 9)[:-9], 10, "damaged", id="cut-short"),
    ],
)
def test_where_the_rest_cannot_be_read_it_is_not_left_out(content, line, reason):
    with pytest.raises(BadRows) as caught:
        taken(content)
    [(where, words)] = caught.value.errors
    assert where == line
    assert reason in words
    assert words.endswith(f"; nothing after line {line} was read")


def test_a_header_that_cannot_be_read_ends_the_reading():
    with pytest.raises(BadRows) as caught:
        taken(b"text\xff,node\na,n\n")
    assert caught.value.errors == [(1, "not UTF-8")]


def test_it_is_said_of_a_log_too():
    content = json.dumps({"samples": [{"id": n} for n in range(3)]}).encode()
    with pytest.raises(BadRows, match=r"line 4: not a log that can be read.* nothing after line 4"):
        list(read_rows(io.BytesIO(content[:-2]), "inspect", leave_out=lambda row: None))
