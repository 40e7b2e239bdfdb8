"""What the look at a file says where it cannot be read to its end, or not at all."""

import pytest

from oversight.models import ImportState, Query
from tests.oversight.data.views.test_imports import IMPORT_BUTTON, answer, page, sent

pytestmark = pytest.mark.django_db
TICK = "tick “Leave bad rows out” below"


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path):
    settings.IMPORTS = tmp_path / "imports"


def words(client, row):
    return " ".join(page(client, row).split())


def test_the_rows_after_one_that_is_not_utf8_come_in(admin):
    row = sent(
        admin, "q.csv", b"text\n" + b"a\nb\nc\n\xff\n" + b"".join(b"d%d\n" % n for n in range(50))
    )
    html = words(admin, row)
    assert "53 of its 54 rows can be read" in html
    assert TICK in html
    answer(admin, row, keeps_good="on")
    assert Query.objects.count() == 53
    assert "Line 5: not UTF-8" in page(admin, row)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("q.csv", b'text,node\na,n\nb,"a"x\nc,n\n'),
        ("q.json", b'[{"text": "a"},\n\n{"text": },\n{"text": "c"}]'),
    ],
)
def test_a_file_of_which_the_rest_cannot_be_read_says_so_and_does_not_come_in(admin, name, content):
    row = sent(admin, name, content)
    html = words(admin, row)
    assert "1 of the first 2 rows can be read, and nothing after line 3" in html
    assert "nothing after line 3 was read" in html
    assert TICK not in html
    assert IMPORT_BUTTON not in html
    answer(admin, row, keeps_good="on")
    assert not Query.objects.exists()
    row.refresh_from_db()
    assert row.state == ImportState.FAILED
    assert "nothing after line 3 was read" in row.report["refused"]["lines"][0][1]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"text,node\n", "Line 1: the file has a header and no rows"),
        (b"\n\ntext,node\n\n", "Line 3: the file has a header and no rows"),
        (b"\n \n", "Line 1: the file is empty or holds no rows"),
        (b"[]", "Line 1: the file is empty or holds no rows"),
    ],
)
def test_a_file_without_rows_says_why_nothing_comes_in(admin, content, reason):
    row = sent(admin, "q.csv", content)
    html = words(admin, row)
    assert "Nothing of the file can be read" in html
    assert "0 of" not in html
    assert reason in html
    answer(admin, row, format="queries", keeps_good="on")
    row.refresh_from_db()
    assert row.state == ImportState.FAILED


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("q.csv", b"text,text\na,b\n"),
        ("q.jsonl", b'{"text": "' + b"a" * 2**21 + b'"}\n'),
        ("q.json", b"[" * 100_000),
        ("q.jsonl", b'{"text": 5}\n'),
    ],
)
def test_nobody_is_told_to_leave_out_all_that_there_is(admin, name, content):
    html = words(admin, sent(admin, name, content))
    assert "What cannot be read" in html
    assert TICK not in html
    assert "or change below what it is read as" in html


def test_what_lies_behind_the_rows_that_were_looked_at_is_not_lost_either(admin, monkeypatch):
    monkeypatch.setattr("oversight.data.selectors.imports.LOOKED_AT", 2)
    row = sent(admin, "q.csv", b'text,node\na,n\nb,n\nc,n\nd,"a"x\ne,n\n')
    assert IMPORT_BUTTON in page(admin, row)
    answer(admin, row, keeps_good="on")
    assert not Query.objects.exists()
    assert "nothing after line 5 was read" in page(admin, row)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"text,a\0,a\0\nOne?,x,y\n", "the column “a\ufffd” stands twice"),
        (b'{"a\\u0000": 1}', "“text” is missing (there is “a\ufffd”)"),
    ],
)
def test_a_nul_in_a_name_does_not_keep_the_reason_from_being_kept(admin, content, reason):
    row = sent(admin, "q.csv", content)
    answer(admin, row, format="queries")
    row.refresh_from_db()
    assert row.state == ImportState.FAILED
    assert row.report["refused"]["lines"] == [[1, reason]]
