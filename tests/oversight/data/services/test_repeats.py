"""What a look at a file says of rows that repeat others is what comes of them when it is imported."""

import csv
import io
import json

import pytest

from oversight.data.importers import FORMATS, Source
from oversight.data.importers.reading import Cells
from oversight.data.importers.samples import samples
from oversight.data.selectors.imports import preview
from oversight.data.services.imports import File, Target, import_into
from oversight.models import Import, Query
from tests.factories import make_campaign
from tests.oversight.data.import_files import jsonl, judged, solved
from tests.oversight.data.services.test_samples import told

pytestmark = [pytest.mark.django_db, pytest.mark.fault("import-files")]
NFC, NFD = "caf\u00e9?", "cafe\u0301?"
PAIR = {"prompt": "q", "response_a": "a", "response_b": "b"}
KNOWN = {"query": "q", "a": "x", "b": "y", "expected": "a"}
PREFERRED = {"prompt": "q", "chosen": "1", "rejected": "2", "source": "person"}
VERDICT = PAIR | {"label": "a", "annotator": "w1", "source": "person"}


def outcome(name, content, tmp_path):
    """Return (lines that bring nothing new, lines refused) as looked at, and as imported."""
    path = tmp_path / "file"
    path.write_bytes(content)
    said = told(name)
    found = preview(Import(format=name, source=said.source, columns=said.columns), path)
    refused = []
    target = Target(
        make_campaign(), 0, leave_out=lambda row: refused.append((row.line, row.reason))
    )
    with path.open("rb") as stream:
        imported = import_into(target=target, file=File(stream, name, said))
    looked = [(line, why) for why, lines, _ in found.errors for line in lines]
    return (found.repeats, looked), (imported.duplicate_lines, refused)


def doubled(name):
    """Return the sample with each of its rows twice."""
    with samples()[name].open("rb") as stream:
        rows = [value for _, value in FORMATS[name].records(Source(stream)) for _ in "12"]
    if isinstance(rows[0], Cells):
        table = io.StringIO()
        writer = csv.DictWriter(table, rows[0])
        writer.writeheader()
        writer.writerows(rows)
        return table.getvalue().encode()
    return json.dumps(rows).encode() if name == "pandalm" else jsonl(*rows)


@pytest.mark.parametrize("name", sorted(samples().keys() - {"inspect"}))
def test_the_rows_of_every_format_twice(name, tmp_path):
    looked, imported = outcome(name, doubled(name), tmp_path)
    assert looked == imported
    assert any(imported)


@pytest.mark.parametrize(
    ("name", "rows", "repeats", "refused"),
    [
        ("queries", [{"text": NFC}, {"text": NFD}], [2], []),
        ("queries", [{"text": "q"}, {"text": "q", "reference": "42"}, {"text": "q"}], [3], []),
        ("queries", [{"text": "q", "node": "x"}, {"text": "q", "node": "y"}], [2], []),
        ("gsm8k-solutions", [solved("q", m="1", n="2"), solved("q", m="1", n="3")], [], [2]),
        ("compare", [PAIR, PAIR | {"response_a": "b", "response_b": "a"}], [2], []),
        ("compare", [PAIR, PAIR | {"response_a": "b", "response_b": "c"}], [], []),
        ("compare", [PAIR, PAIR | {"response_a": "a "}, PAIR | {"reference": "42"}], [], []),
        ("compare", [PAIR, PAIR | {"prompt": [{"role": "user", "content": "q"}]}], [2], []),
        ("known-answers", [KNOWN, KNOWN | {"a": "y", "b": "x", "expected": "b"}], [2], []),
        ("known-answers", [KNOWN, KNOWN | {"expected": "b"}, KNOWN], [3], [2]),
        ("preferences", [PREFERRED, PREFERRED | {"p_w": 0.9}, PREFERRED], [3], []),
        ("judgements", [VERDICT, VERDICT | {"annotator": "w2"}, VERDICT], [3], []),
        ("judgements", [VERDICT, VERDICT | {"rationale": "So.", "seconds": 3}], [2], []),
    ],
)  # fmt: skip
def test_what_repeats_and_what_does_not(name, rows, repeats, refused, tmp_path):
    looked, imported = outcome(name, jsonl(*rows), tmp_path)
    assert looked == imported
    assert (imported[0], [line for line, _ in imported[1]]) == (repeats, refused)


def test_a_pair_is_judged_once_whatever_was_chosen(tmp_path):
    content = json.dumps([judged([1, 1, 0]), judged([2, 2, 2]), judged([1, 1, 0], response1="Ho")])
    looked, imported = outcome("pandalm", content.replace("}, ", "},\n").encode(), tmp_path)
    assert looked == imported == ([2], [])


def test_a_reference_that_a_later_row_brings_is_kept_and_counts(tmp_path):
    looked, imported = outcome("queries", b"text,reference\nfillme,\nfillme,42\n", tmp_path)
    assert looked == imported == ([], [])
    assert Query.objects.get().reference == "42"
