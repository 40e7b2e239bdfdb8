"""Files that are not what was asked for are named for what they are, at the right line, in words."""

import bz2
import gzip
import io
import json
import lzma
import re
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oversight.data.importers import FORMATS, read_rows
from oversight.data.importers.samples import samples
from oversight.errors import BadRows

pytestmark = pytest.mark.fault("import-files")
LINES = b'{"text": "One?"}\n{"text": "Two?"}\n'
POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n"


def zipped():
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return content.getvalue()


def refusals(content, format_name="queries-jsonl"):
    with pytest.raises(BadRows) as caught:
        list(read_rows(io.BytesIO(content), format_name))
    return caught.value.errors


@pytest.mark.parametrize("format_name", ["queries-jsonl", "queries-csv", "pandalm", "xstest"])
@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(POINTER, "Git LFS pointer", id="lfs"),
        pytest.param(b"/annex/objects/SHA256E-s1--0.csv\n", "git-annex pointer", id="annex"),
        pytest.param(gzip.compress(gzip.compress(LINES)), "gzip", id="gzip-twice"),
        pytest.param(bz2.compress(LINES), "bzip2", id="bzip2"),
        pytest.param(lzma.compress(LINES), "xz", id="xz"),
        pytest.param(zipped(), "a zip archive, or a workbook", id="workbook"),
        pytest.param(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Office document", id="xls"),
        pytest.param(b"PAR1\x15\x04\x15", "Parquet", id="parquet"),
        pytest.param(b"ARROW1\0\0", "Arrow", id="arrow"),
        pytest.param(b"\x80\x04\x95\n", "pickle", id="pickle"),
        pytest.param(b"%PDF-1.7\n", "PDF", id="pdf"),
        pytest.param(b" <!DOCTYPE html>\n<html>", "a web page", id="page"),
        pytest.param(b"<html><body>Sign in</body></html>", "a web page", id="page-in-one-line"),
        pytest.param(b"<?xml version='1.0'?>", "XML", id="xml"),
        pytest.param(LINES.decode().encode("utf-16"), "UTF-16", id="utf-16"),
        pytest.param(LINES.decode().encode("utf-16-le"), "UTF-16", id="utf-16-le"),
        pytest.param(LINES.decode().encode("utf-16-be"), "UTF-16", id="utf-16-be"),
        pytest.param(LINES.decode().encode("utf-32"), "UTF-32", id="utf-32"),
        pytest.param(b"", "empty", id="empty"),
        pytest.param(b"\xef\xbb\xbf", "empty", id="mark-alone"),
        pytest.param(b"\n \n", "no rows", id="blank"),
    ],
)
def test_it_says_what_the_file_is(format_name, content, words):
    if format_name.endswith(("csv", "xstest")) and content == b"\n \n":
        content = b"text\n"
    [(line, reason)] = refusals(content, format_name)
    assert line == 1
    assert words in reason


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        pytest.param(
            json.dumps([{"text": "a"}]).encode(), 1, "not a list: this format", id="array"
        ),
        pytest.param(
            json.dumps([{"text": "a"}], indent=1).encode(), 1, "one JSON array", id="arrays"
        ),
        pytest.param(
            json.dumps({"text": "a"}, indent=1).encode(), 1, "several lines", id="indented"
        ),
        pytest.param(
            b'{"data": [{"text": "a"}]}', 1, "“text” is missing (there is “data”)", id="data"
        ),
        pytest.param(b'{"text": ["a", "b"]}', 1, "must be a string, not a list", id="columns"),
        pytest.param(
            b'{"text": "a"}\n{"text": "b", "text": "c"}', 2, "'text' stands twice", id="twice"
        ),
        pytest.param(
            b'{"text": "a", "x": ' + b"1" * 5000 + b"}", 1, "too many digits", id="digits"
        ),
        pytest.param(b'{"text": "a", "x": ' + b"[" * 90_000, 1, "nested too deeply", id="deep"),
        pytest.param(b'\n{"text": "\\ud800"}', 2, "surrogate", id="surrogate"),
        pytest.param(b'{"text": "a\\u0000"}', 1, "NUL", id="nul"),
        pytest.param(b'{"\\ud800": "a"}', 1, "“text” is missing", id="surrogate-key"),
        pytest.param(b'{"text": NaN}', 1, "a string, not a number", id="nan"),
        pytest.param(
            b'{"text": "a", "node": Infinity}', 1, "a string, not a number", id="infinity"
        ),
        pytest.param(
            b'{"text": "a"}\n{"text": "b"}{"text": "c"}', 2, "Extra data", id="two-in-one"
        ),
    ],
)
def test_json_that_cannot_be_taken_is_named_at_its_line(content, line, words):
    assert words in dict(refusals(content))[line]


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        pytest.param(b"text,node,r\xe9ference\na,b,c\n", 1, "not UTF-8", id="latin-header"),
        pytest.param(b"text,node\na,b\n\xe9,b\n", 3, "not UTF-8", id="latin-row"),
        pytest.param(b"text,text,node\na,b,c\n", 1, "the column “text” stands twice", id="header"),
        pytest.param(b'text\na\n"b\nc\nd\n', 3, "not valid CSV", id="quote-never-closed"),
        pytest.param(b'text,node\n"a\nb",c\nd\n', 4, "fewer cells", id="after-a-row-of-two-lines"),
        pytest.param(b'text,node\n\n\n"a\nb"\n', 4, "fewer cells", id="a-row-begins"),
        pytest.param(b"text,node\ra,b\rc\r", 3, "fewer cells", id="cr-alone"),
    ],
)
def test_csv_that_cannot_be_taken_is_named_at_its_line(content, line, words):
    [(found, reason)] = refusals(content, "queries-csv")
    assert found == line
    assert words in reason


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        pytest.param(b"[]\n[]", 2, "something follows the end", id="two-arrays"),
        pytest.param(b'[\n{"a": 1,\n"a": 2}]', 2, "stands twice", id="twice"),
        pytest.param(b'[\n{"a": 1,\n"b" 2}]', 3, "not JSON", id="inside-an-element"),
        pytest.param(b"[" + b"1" * 5000 + b"]", 1, "too many digits", id="digits"),
        pytest.param(b'{"instruction": "a"}\n', 1, "not a JSON array", id="lines"),
    ],
)
def test_an_array_that_cannot_be_taken_is_named_at_its_line(content, line, words):
    assert words in dict(refusals(content, "pandalm"))[line]


def test_a_cell_may_be_as_long_as_a_line_of_json():
    cell = "a" * 200_000
    [row] = read_rows(io.BytesIO(f"text\n{cell}\n".encode()), "queries-csv")
    assert row.text == cell


def test_a_csv_with_cr_alone_and_nameless_last_columns_is_read():
    rows = read_rows(io.BytesIO(b"text,node,,\ra,b,,\r"), "queries-csv")
    assert [(row.line, row.text, row.node) for row in rows] == [(2, "a", "b")]


SOLVED = {"question": "1?", "ground_truth": "1"} | {
    name: {"solution": name, "is_correct": True} for name in ("one", "two")
}


@pytest.mark.parametrize(
    ("row", "format_name"),
    [
        (SOLVED, "gsm8k-solutions"),
        ({"query": "q", "a": "1", "b": "2", "expected": "a"}, "known-answers"),
        ({"prompt": "q", "chosen": "1", "rejected": "2", "source": "person"}, "preferences"),
        ({"input": "q", "steps": ["1"], "mistake_index": None}, "bigbench-mistake"),
    ],
)
def test_a_row_of_another_format_is_named(row, format_name):
    assert f"looks like a row of {format_name}" in refusals(json.dumps(row).encode())[0][1]


@pytest.mark.parametrize(
    "key",
    [
        "answer",
        "answers",
        "Response",
        "response_a",
        "completion",
        "chosen",
        "output",
        "model_answer",
    ],
)
@pytest.mark.parametrize("format_name", ["queries-jsonl", "queries-csv", "xstest"])
def test_answers_are_not_dropped_without_a_word(key, format_name):
    row = {"text": "q", "prompt": "q", "type": "t", key: "42"}
    content = json.dumps(row)
    if format_name != "queries-jsonl":
        content = ",".join(row) + "\n" + ",".join(row.values()) + "\n"
    assert f"“{key}” is an answer" in refusals(content.encode(), format_name)[0][1]


@pytest.mark.parametrize("key", ["id", "answer_type", "output_format", "difficulty", "respondent"])
def test_other_columns_may_be_there(key):
    [row] = read_rows(io.BytesIO(json.dumps({"text": "q", key: "x"}).encode()), "queries-jsonl")
    assert row.text == "q"


def problems(content, format_name):
    """Return what is wrong with the file, if anything."""
    try:
        list(read_rows(io.BytesIO(content), format_name))
    except BadRows as error:
        return error.errors
    return []


SAMPLE_KEYS = sorted(
    {key for path in samples().values() for key in re.findall(r'"([\w.-]+)":', path.read_text())}
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "text",
                    "prompt",
                    "chosen",
                    "rejected",
                    "source",
                    "p_w",
                    "question",
                    "problem",
                    "pre_generated_steps",
                    "label",
                    "steps",
                    "completions",
                    "chosen_completion",
                    "human_completion",
                    "rating",
                    "total_time",
                    "input",
                    "mistake_index",
                    "query",
                    "a",
                    "b",
                    "expected",
                    "kind",
                    "node",
                    "reference",
                    "role",
                    "content",
                    "cmp_key",
                    "response1",
                    "response2",
                    "annotator1",
                    "labeler",
                    "solution",
                    "is_correct",
                    "ground_truth",
                    *SAMPLE_KEYS,
                ]
            ),
            inner,
            max_size=6,
        )
    ),
    max_leaves=12,
)


@given(value=JSON, format_name=st.sampled_from(sorted(FORMATS)))
def test_no_row_of_whatever_shape_gives_a_traceback(value, format_name):
    chosen = FORMATS[format_name]
    is_array = chosen.records is not FORMATS["queries-jsonl"].records
    content = json.dumps([value] if is_array else value)
    assert all(line == 1 and reason for line, reason in problems(content.encode(), format_name))


@pytest.mark.parametrize(
    "row",
    [
        {"question": {"problem": "1+1", "pre_generated_steps": 5}, "label": {"steps": []}},
        {"question": {"problem": "1+1", "pre_generated_steps": "ab"}, "label": {"steps": []}},
        {"question": {"problem": "1+1", "pre_generated_steps": {"a": 1}}, "label": {"steps": []}},
        {
            "question": {"problem": "1+1"},
            "label": {
                "steps": [{"completions": [{"text": "a", "rating": 1}], "chosen_completion": 0.0}]
            },
        },
        {
            "question": {"problem": "1+1"},
            "label": {
                "steps": [{"completions": [{"text": "a", "rating": 1}], "chosen_completion": False}]
            },
        },
    ],
)
def test_steps_of_a_wrong_type_are_named(row):
    [(line, reason)] = refusals(b"\n" + json.dumps(row).encode(), "prm800k")
    assert line == 2
    assert "must be a list" in reason or "is not the place" in reason


def zipped(**files):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(f"samples/{name}.json", content)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (zipped(one=b"{"), "is no JSON"),
        (zipped(one=b" " * (65 * 2**20)), "is longer than 64 MiB"),
        (zipped(one=b"{}")[:60], "damaged or cut short"),
        (gzip.compress(zipped(one=b"{}")), "packed already"),
    ],
    ids=["no-json", "bomb", "cut", "packed-twice"],
)
def test_an_archive_that_is_none_is_refused(content, words):
    assert words in refusals(content, "inspect")[0][1]


def test_an_archive_is_read_for_logs_alone():
    assert "an archive" in refusals(zipped(one=b"{}"), "queries")[0][1]
