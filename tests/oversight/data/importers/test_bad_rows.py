"""What each importer refuses, and the words it finds for it."""

import io
import json

import pytest

from oversight.data.importers import FORMATS, read_rows
from oversight.data.importers.reading import MAX_LINE_BYTES
from oversight.errors import BadRows

SOLVED = {
    "question": "1 + 1?",
    "ground_truth": "2",
    "small": {"solution": "2", "is_correct": True},
    "large": {"solution": "3", "is_correct": False},
}
JUDGED = {
    "instruction": "Greet.",
    "input": "",
    "cmp_key": "small_large",
    "response1": "Hi",
    "response2": "Hello",
    "annotator1": 1,
    "annotator2": 2,
    "annotator3": 0,
}
KNOWN = {"query": "1 + 1?", "a": "2", "b": "3", "expected": "a"}
PREFERRED = {"prompt": "1 + 1?", "chosen": "2", "rejected": "3", "source": "person"}


def turn(role, content):
    return [{"role": role, "content": content}]


def refusals(content, format_name):
    """Return {line: reason} of a file that must be refused."""
    if not isinstance(content, bytes):
        content = json.dumps(content).encode()
    with pytest.raises(BadRows) as caught:
        list(read_rows(io.BytesIO(content), format_name))
    return dict(caught.value.errors)


@pytest.mark.parametrize(
    ("format_name", "row", "reason"),
    [
        pytest.param("queries-jsonl", [1], "a JSON object is needed, not a list", id="list"),
        pytest.param("queries-jsonl", {}, "“text” is missing", id="missing"),
        pytest.param("queries-jsonl", {"text": 5}, "must be a string, not a number", id="number"),
        pytest.param("queries-jsonl", {"text": None}, "a string, not null", id="null"),
        pytest.param("queries-jsonl", {"text": " \n"}, "“text” is empty", id="blank"),
        pytest.param("queries-jsonl", {"text": "a\0b"}, "NUL character", id="nul"),
        pytest.param("queries-jsonl", {"text": "\ud800"}, "surrogate", id="surrogate"),
        pytest.param(
            "queries-jsonl", {"text": "a", "node": "n" * 201}, "at most 200", id="long-node"
        ),
        pytest.param("queries-jsonl", {"text": "a", "node": 1}, "“node” must be", id="node-type"),
        pytest.param(
            "gsm8k-solutions", {**SOLVED, "small": "2"}, "“small”: a JSON object", id="solution"
        ),
        pytest.param(
            "gsm8k-solutions",
            {**SOLVED, "small": {"solution": "2", "is_correct": 1}},
            "“is_correct” must be true or false",
            id="one-is-not-true",
        ),
        pytest.param(
            "gsm8k-solutions",
            {"question": "q", "ground_truth": "a"},
            "at least two models",
            id="no-models",
        ),
        pytest.param("gsm8k-solutions", {**SOLVED, "": {}}, "name is empty", id="nameless-model"),
        pytest.param("pandalm", [{**JUDGED, "annotator1": 3}], "one of 0, 1, 2", id="choice"),
        pytest.param("pandalm", [{**JUDGED, "annotator1": True}], "not True", id="true-is-not-1"),
        pytest.param("pandalm", [{**JUDGED, "instruction": ""}], "both empty", id="no-text"),
        pytest.param("pandalm", [{**JUDGED, "cmp_key": "one"}], "two models", id="cmp-key"),
        pytest.param(
            "pandalm",
            [{**JUDGED, "cmp_key": "a_a", "response2": "Hi"}],
            "same text of the same model",
            id="one-response",
        ),
        pytest.param("pandalm", {"rows": []}, "not a JSON array", id="not-an-array"),
        pytest.param("preferences", {**PREFERRED, "source": "me"}, "must be one of", id="source"),
        pytest.param(
            "preferences",
            {key: PREFERRED[key] for key in ("prompt", "chosen", "rejected")},
            "“source” is missing",
            id="nobody-said-who",
        ),
        pytest.param("preferences", {**PREFERRED, "p_w": 1.5}, "between 0 and 1", id="p_w"),
        pytest.param("preferences", {**PREFERRED, "p_w": "1"}, "must be a number", id="p_w-type"),
        pytest.param("preferences", {**PREFERRED, "p_l": True}, "must be a number", id="p_l-bool"),
        pytest.param("preferences", {**PREFERRED, "weight": -1}, "between 0", id="negative"),
        pytest.param("preferences", {**PREFERRED, "weight": float("nan")}, "between 0", id="nan"),
        pytest.param("preferences", {**PREFERRED, "weight": float("inf")}, "between", id="inf"),
        pytest.param("preferences", {**PREFERRED, "weight": 10**400}, "between 0", id="huge"),
        pytest.param("preferences", {**PREFERRED, "chosen": "3"}, "same response", id="same"),
        pytest.param(
            "preferences", {**PREFERRED, "chosen_version": "v"}, "name@revision", id="version"
        ),
        pytest.param(
            "preferences", {**PREFERRED, "prompt": turn("poet", "x")}, "“role”", id="role"
        ),
        pytest.param(
            "preferences",
            {**PREFERRED, "prompt": turn("system", "a")},
            "a turn of the user is missing",
            id="no-user",
        ),
        pytest.param(
            "preferences", {**PREFERRED, "chosen": ["2"]}, "a message is an object", id="turn"
        ),
        pytest.param("known-answers", {**KNOWN, "b": "2\n"}, "same response", id="known-same"),
        pytest.param("known-answers", {**KNOWN, "a": " "}, "“a” is empty", id="known-blank"),
        pytest.param("known-answers", {**KNOWN, "query": ""}, "“query” is empty", id="no-query"),
        pytest.param("known-answers", {**KNOWN, "expected": "c"}, "not 'c'", id="expected"),
        pytest.param("known-answers", {**KNOWN, "expected": ["a"]}, "must be one of", id="list-of"),
        pytest.param("known-answers", {**KNOWN, "kind": "pairwise"}, "“kind” must be", id="kind"),
        pytest.param("known-answers", {**KNOWN, "problem": 1}, "“problem” must be", id="problem"),
        pytest.param("known-answers", {**KNOWN, "node": "n" * 201}, "at most 200", id="known-node"),
    ],
)
def test_it_says_what_is_wrong_with_a_row(format_name, row, reason):
    assert reason in refusals(row, format_name)[1]


@pytest.mark.parametrize(
    ("format_name", "content", "line", "reason"),
    [
        pytest.param("queries-jsonl", b"", 1, "holds no rows", id="empty"),
        pytest.param("queries-jsonl", b"\n\n", 1, "holds no rows", id="blank-lines"),
        pytest.param("queries-jsonl", b'{"text": "a"}\n\xff\n', 2, "not UTF-8", id="not-utf8"),
        pytest.param("queries-jsonl", b'{"text": "a"}\n\n{"text"\n', 3, "not JSON", id="not-json"),
        pytest.param("queries-jsonl", b"[" * 100_000, 1, "nested too deeply", id="deep"),
        pytest.param("queries-jsonl", b"1" * 5000, 1, "not JSON", id="long-number"),
        pytest.param("pandalm", b"[\n\n1 2]", 3, "a comma or ]", id="no-comma"),
        pytest.param("pandalm", b"[\n{}, \n{", 3, "not JSON", id="cut-short"),
        pytest.param("pandalm", b"[\n\xff]", 2, "not UTF-8", id="array-not-utf8"),
        pytest.param("pandalm", b"[]", 1, "holds no rows", id="empty-array"),
        pytest.param("pandalm", b"[" * 100_000, 1, "not JSON", id="deep-array"),
        pytest.param("xstest", b"prompt,type\na,b,c\n", 2, "more cells", id="wide"),
        pytest.param("xstest", b"prompt,type\na\n", 2, "fewer cells", id="narrow"),
        pytest.param("xstest", b'prompt,type\n"a,b\n', 2, "not valid CSV", id="open-quote"),
        pytest.param("xstest", b"prompt,type\n,b\n", 2, "“prompt” is empty", id="csv-blank"),
        pytest.param("xstest", b"text,kind\na,b\n", 2, "“prompt” is missing", id="header"),
        pytest.param("xstest", b"prompt,type\na\0,b\n", 2, "NUL", id="csv-nul"),
        pytest.param("xstest", b"prompt,type\n\xff,b\n", 2, "not UTF-8", id="csv-not-utf8"),
        pytest.param(
            "xstest",
            b'prompt,type\n"' + b"aaaaaaa\n" * 200_000 + b'",b\n',
            2,
            "CSV: field larger than",
            id="csv-long-cell",
        ),
    ],
)
def test_it_names_the_line(format_name, content, line, reason):
    assert reason in refusals(content, format_name)[line]


def test_a_line_of_ten_megabytes_is_refused_and_those_after_it_still_read():
    content = b'{"text": "' + b"a" * (10 * MAX_LINE_BYTES) + b'"}\n{"text": ""}\n'
    assert refusals(content, "queries-jsonl") == {1: "longer than 1 MiB", 2: "“text” is empty"}


def test_it_stops_after_a_hundred_bad_rows():
    with pytest.raises(
        BadRows, match=r"^100 bad rows up to line 100, where reading stopped"
    ) as caught:
        list(read_rows(io.BytesIO(b"{}\n" * 1000), "queries-jsonl"))
    assert [line for line, _ in caught.value.errors] == [*range(1, 101)]


@pytest.mark.parametrize("format_name", ["queries-jsonl", "queries-csv"])
def test_a_byte_order_mark_and_windows_line_ends_are_taken(format_name):
    content = {"queries-jsonl": b'{"text": "a"}\r\n', "queries-csv": b"text\r\na\r\n"}[format_name]
    [row] = read_rows(io.BytesIO(b"\xef\xbb\xbf" + content), format_name)
    assert row.text == "a"


def test_rows_know_their_line():
    rows = read_rows(io.BytesIO(b'\n{"text": "a"}\n\n{"text": "b"}'), "queries-jsonl")
    assert [row.line for row in rows] == [2, 4]


def test_every_format_takes_a_good_row():
    good = {
        "gsm8k-solutions": json.dumps(SOLVED),
        "pandalm": json.dumps([JUDGED]),
        "preferences": json.dumps(PREFERRED),
        "known-answers": json.dumps(KNOWN | {"kind": "tampered", "problem": "p"}),
        "queries-jsonl": '{"text": "a", "node": "n", "reference": "r"}',
        "queries-csv": 'text,node\n"a\nb",n\n',
        "xstest": "prompt,type\na,b\n",
        "bigbench-mistake": '{"input": "a", "steps": ["b", "c"], "mistake_index": 1}',
        "prm800k": json.dumps(
            {"question": {"problem": "a", "pre_generated_steps": ["b"]}, "label": {"steps": []}}
        ),
    }
    assert good.keys() < FORMATS.keys(), "the others have samples"
    for format_name, content in good.items():
        assert len(list(read_rows(io.BytesIO(content.encode()), format_name))) == 1
