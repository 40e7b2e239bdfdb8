"""The way in, in a browser: send, look, describe, confirm, read what came of it."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from oversight.data.importers.samples import samples
from oversight.data.services.incoming import folder
from oversight.data.views import imports as view
from oversight.models import Import, ImportState, Judgement, Query, ReviewItem
from tests.factories import make_campaign, make_member, make_query, make_user
from tests.oversight.data.import_files import jsonl

pytestmark = pytest.mark.django_db
IMPORT_BUTTON = 'name="confirm"'


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path):
    settings.IMPORTS = tmp_path / "imports"


def send(client, name, content):
    file = SimpleUploadedFile(name, content)
    return client.post(reverse("queries-upload", args=["maths"]), {"upload-file": file})


def sent(client, name, content):
    assert send(client, name, content).status_code == 302
    return Import.objects.latest("pk")


def page(client, row):
    return client.get(reverse("import", args=["maths", row.pk])).content.decode()


def answer(client, row, button="confirm", **fields):
    data = {"format": row.format, "source": "", "held_out_share": "0"} | fields
    address = reverse("import", args=["maths", row.pk])
    return client.post(address, data | {button: "1"})


@pytest.mark.parametrize(
    ("name", "content"),
    [("q.jsonl", b'{"text": "One?", "node": "kind"}'), ("Q.CSV", b"text,node\nOne?,kind\n")],
)
def test_a_file_is_looked_at_before_it_is_kept(admin, name, content):
    row = sent(admin, name, content)
    html = page(admin, row)
    assert "1 of its 1 rows can be read" in " ".join(html.split())
    assert "One?" in html
    assert not Query.objects.exists()
    assert answer(admin, row).status_code == 302
    assert Query.objects.get().node == "kind"
    assert "See the queries" in page(admin, row)


def test_the_good_rows_alone_and_the_refused_ones_to_fetch(admin):
    row = sent(admin, "q.jsonl", jsonl({"text": "One?"}, {"text": "=1+1", "node": 5}))
    assert "Line 2: “node” must be a string, not a number" in page(admin, row)
    answer(admin, row)
    assert "1 bad row; nothing was imported" in page(admin, row)
    answer(admin, row, keeps_good="on")
    assert Query.objects.get().text == "One?"
    got = {
        ending: b"".join(
            admin.get(reverse("import-refused", args=["maths", row.pk, ending])).streaming_content
        ).decode()
        for ending in ("csv", "jsonl")
    }
    assert got["csv"].splitlines()[0] == "line,reason,row"
    assert got["csv"].splitlines()[1].startswith('2,"“node” must be')
    assert json.loads(got["jsonl"])["row"] == {"text": "=1+1", "node": 5}
    address = reverse("import-refused", args=["maths", row.pk, "exe"])
    assert admin.get(address).status_code == 404


@pytest.mark.fault("server-errors")
@pytest.mark.parametrize("columns", [{"a": "1", "b": "2"}, {"\ud800\0": 1}, {}])
def test_half_a_character_is_a_row_that_is_refused(admin, columns):
    bad = {"query": "x\ud800", **columns}
    row = sent(admin, "q.jsonl", jsonl(bad, {"query": "One?", "a": "1", "b": "2"}))
    html = page(admin, row)
    assert "x\\ud800" in html
    assert "1 of its 2 rows can be read" in " ".join(html.split())
    said = {"column_prompt": "query", "column_response_a": "a", "column_response_b": "b"}
    assert answer(admin, row, keeps_good="on", **said).status_code == 302
    assert Query.objects.get().text == "One?"
    address = reverse("import-refused", args=["maths", row.pk, "csv"])
    assert b"x\\ud800" in b"".join(admin.get(address).streaming_content)


@pytest.mark.fault("server-errors")
def test_a_file_of_halves_alone_can_be_dropped(admin):
    row = sent(admin, "q.jsonl", jsonl({"query": "x\ud800", "a": "1", "b": "2"}))
    assert admin.post(reverse("import-cancel", args=["maths", row.pk])).status_code == 302
    assert "dropped" in page(admin, row) or "Cancelled" in page(admin, row)


@pytest.mark.fault("bounds")
def test_a_table_of_thousands_of_columns_is_told_in_few(admin):
    names = [f"column{number}" for number in range(5000)]
    content = ",".join(names) + "\n" + ",".join("x" for _ in names) + "\n"
    html = page(admin, sent(admin, "q.csv", content.encode()))
    assert len(html) < 300_000
    assert "5,000 columns; the first 200 are offered" in html
    assert "and 4,980 more" in html
    assert "and 4,980 columns more" in html


def test_it_says_what_the_rows_become_and_each_reason_once(admin):
    rows = [{"text": "One?"}] * 7 + [{"text": 5}] * 7
    html = " ".join(page(admin, sent(admin, "q.jsonl", jsonl(*rows))).split())
    assert "7 × a query, which is answered and judged in a round to come" in html
    assert "Lines 8, 9, 10, 11, 12 and 2 more: “text” must be" in html


def test_the_rows_are_shown_as_they_stand_where_columns_have_to_be_said(admin):
    html = page(admin, sent(admin, "own.csv", b"items,first one\nWhat?,<b>x</b>\n"))
    assert "&lt;b&gt;x&lt;/b&gt;" in html
    assert "What?" in html


def test_columns_are_mapped_and_looked_at_again(admin):
    row = sent(admin, "own.csv", samples()["columns"].read_bytes())
    assert row.format == "columns"
    columns = {
        "column_prompt": "task",
        "column_response_a": "first answer",
        "column_response_b": "second answer",
        "column_label": "better",
        "column_annotator": "worker",
    }
    answer(admin, row, button="look", **columns)
    html = page(admin, row)
    assert "nobody says who judged" in html
    assert "choose one for the file (“Who judged”)" in html
    assert IMPORT_BUTTON not in html
    answer(admin, row, button="look", source="person", **columns)
    html = page(admin, row)
    assert IMPORT_BUTTON in html
    assert "2 of its 2 rows can be read" in " ".join(html.split())
    answer(admin, row, source="person", **columns)
    assert [each.choice for each in Judgement.objects.order_by("pk")] == ["b", "a"]


def test_pairs_without_an_answer_become_items_for_people(admin):
    row = sent(admin, "pairs.jsonl", samples()["compare"].read_bytes())
    answer(admin, row)
    assert ReviewItem.objects.filter(kind="pairwise", round=None).count() == 3
    assert "New items" in page(admin, row)


def test_a_large_file_waits_for_a_worker(admin, monkeypatch):
    monkeypatch.setattr(view, "AT_ONCE_BYTES", 3)
    row = sent(admin, "q.jsonl", b'{"text": "One?"}')
    answer(admin, row)
    assert "hx-get" in page(admin, row)
    assert not Query.objects.exists()
    assert admin.post(reverse("import-cancel", args=["maths", row.pk])).status_code == 302
    row.refresh_from_db()
    assert row.state == ImportState.CANCELLED


def test_how_far_a_reading_is(admin):
    row = sent(admin, "q.jsonl", b'{"text": "One?"}')
    Import.objects.filter(pk=row.pk).update(state=ImportState.RUNNING)
    folder.tell_progress(row.pk, 1000, 8)
    response = admin.get(reverse("import", args=["maths", row.pk]), headers={"HX-Request": "true"})
    html = response.content.decode()
    assert "1,000 rows read, 50 % of the file" in " ".join(html.split())
    assert "<html" not in html


def test_what_was_decided_meanwhile_is_said(admin):
    row = sent(admin, "q.jsonl", b'{"text": "One?"}')
    Import.objects.filter(pk=row.pk).update(state=ImportState.QUEUED)
    response = answer(admin, row)
    assert response.status_code == 422


def test_lines_that_contradict_are_said(admin, campaign):
    make_query(campaign, "One?", reference="1")
    row = sent(admin, "q.jsonl", b'{"text": "One?", "reference": "2"}')
    answer(admin, row)
    assert "line 1: the reference stays “1”, this line says “2”" in page(admin, row)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("q.txt", b"\xff", "Line 1: not UTF-8"),
        ("q.csv", b'text\n"a', "not valid CSV"),
        ("q.json", b"[" * 100_000, "nested too deeply"),
        ("q.bin", b"%PDF-1.7\n", "PDF"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(admin, name, content, words):
    row = sent(admin, name, content)
    assert words in page(admin, row)
    answer(admin, row)
    assert not Query.objects.exists()


def test_an_empty_file_is_refused_at_the_door(admin):
    assert send(admin, "q.jsonl", b"").status_code == 422


def test_model_text_in_a_preview_is_escaped(admin):
    row = sent(admin, "q.jsonl", jsonl({"text": "<script>alert(1)</script>"}))
    assert "<script>alert(1)" not in page(admin, row)


def test_references_are_not_shown(admin):
    row = sent(admin, "q.jsonl", jsonl({"text": "One?", "reference": "SECRET"}))
    assert "SECRET" not in page(admin, row)


def test_annotators_and_strangers_may_not(client, campaign, admin):
    row = sent(admin, "q.jsonl", b'{"text": "One?"}')
    client.force_login(make_member(campaign, "annotator"))
    assert answer(client, row).status_code == 403
    assert send(client, "q.jsonl", b"{}").status_code == 403
    client.force_login(make_user())
    assert answer(client, row).status_code == 404


def test_another_campaigns_import_is_not_found(client, admin):
    row = sent(admin, "q.jsonl", b'{"text": "One?"}')
    client.force_login(make_member(make_campaign(slug="other"), "owner"))
    assert client.get(reverse("import", args=["other", row.pk])).status_code == 404


def test_every_sample_can_be_fetched(admin):
    html = admin.get(reverse("queries-add", args=["maths"])).content.decode()
    for name, path in samples().items():
        address = reverse("import-sample", args=["maths", name])
        assert address in html
        assert b"".join(admin.get(address).streaming_content) == path.read_bytes()
    assert admin.get(reverse("import-sample", args=["maths", "passwd"])).status_code == 404


def test_a_column_is_one_thing(admin):
    row = sent(admin, "own.csv", b"zebra,yak\nWhat is 1 + 1?,2\n")
    again = answer(admin, row, format="columns", column_prompt="zebra", column_node="zebra")
    assert again.status_code == 422
    assert "“zebra” is the query" in again.content.decode()


def test_answers_are_found_by_how_their_columns_are_called(admin):
    row = sent(admin, "pairs.csv", b"Question,Answer 1,answer-2\nOne?,Yes.,No.\n")
    assert "1 × a query with answers, which people are asked to compare" in page(admin, row)
    assert "Not used" not in page(admin, row)


def test_a_column_that_is_not_used_is_named(admin):
    row = sent(admin, "pairs.csv", b"question,left_text,right_text\nOne?,Yes.,No.\n")
    assert 'Not used: <strong translate="no">left_text, right_text</strong>' in page(admin, row)
    answer(
        admin,
        row,
        "look",
        column_prompt="question",
        column_response_a="left_text",
        column_response_b="right_text",
    )
    assert "Not used" not in page(admin, row)


@pytest.mark.fault("import-files")
@pytest.mark.parametrize("before", [30, 600], ids=["looked at", "not looked at"])
def test_a_column_that_comes_up_late_is_named(admin, before):
    rows = [{"foo": f"What is {number} + 1?", "bar": "so"} for number in range(before)]
    row = sent(admin, "own.jsonl", jsonl(*rows, {"foo": "Last?", "gold answer extra": "42"}))
    html = page(admin, row)
    if before == 30:
        assert 'Not used: <strong translate="no">foo, bar, gold answer extra</strong>' in html
        assert '<option value="gold answer extra">' in html
    answer(admin, row, column_prompt="foo")
    found = " ".join(page(admin, row).split())
    words = '<dt>Columns that were not used</dt> <dd translate="no"> bar, gold answer extra </dd>'
    assert words in found


@pytest.mark.fault("import-files")
def test_a_column_whose_name_cannot_be_kept_is_named_by_its_escape(admin):
    row = sent(admin, "own.jsonl", jsonl({"foo": "One?", "\0\ud800": "x"}))
    answer(admin, row, column_prompt="foo")
    assert "\\0\\ud800" in page(admin, row)


def test_a_row_with_one_of_two_answers_is_no_pair(admin):
    row = sent(admin, "pairs.csv", b"question,answer_1,answer_2\nOne?,Yes.,No.\nTwo?,Yes.,\n")
    assert "Line 3: it has one answer: there is none to compare it with" in page(admin, row)
    answer(admin, row, keeps_good="on", **{f"column_{k}": v for k, v in row.columns.items()})
    assert ReviewItem.objects.get().query.text == "One?"


def test_the_held_out_share_is_entered_in_percent(admin):
    row = sent(admin, "q.jsonl", jsonl({"text": "One?"}))
    assert 'value="10"' in page(admin, row)
    assert "From 0 to 90." in answer(admin, row, held_out_share="91").content.decode()
    answer(admin, row, held_out_share="90")
    row.refresh_from_db()
    assert row.held_out_share == 0.9


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("own.csv", b"prompt,left text,why,empty\nOne?,Yes.,so,\n"),
        ("own.jsonl", jsonl({"prompt": "One?", "left text": "Yes.", "why": "so", "empty": None})),
    ],
)
def test_every_format_names_the_columns_that_it_does_not_use(admin, name, content):
    row = sent(admin, name, content)
    assert row.format == "queries"
    html = " ".join(page(admin, row).split())
    assert 'Not used: <strong translate="no">left text, why</strong>' in html
    assert "choose “Columns of your own” below, look again and say what each is" in html


@pytest.mark.parametrize(
    "name", ["rankings", "judgements", "known-answers", "preferences", "compare"]
)
def test_what_a_format_reads_is_not_called_unused(admin, name):
    path = samples()[name]
    assert "Not used" not in page(admin, sent(admin, path.name, path.read_bytes()))


@pytest.mark.parametrize(
    "rows",
    [
        [{"text": "One?", "node": "sums"}, {"text": "Two?"}, {"text": "One?", "node": "maths"}],
        [{"prompt": text, "responses": ["Yes.", "No."]} for text in ("One?", "Two?", "One?")],
        [
            {"input": text, "steps": ["So", "and so."], "mistake_index": 1}
            for text in ("One?", "Two?", "One?")
        ],
    ],
    ids=["queries", "answers", "steps"],
)
def test_a_row_that_repeats_another_is_said_before_and_after(admin, rows):
    row = sent(admin, "q.jsonl", jsonl(*rows))
    before = " ".join(page(admin, row).split())
    assert "Of these 1 repeats another row of this file, and brings nothing new: line 3 " in before
    answer(admin, row)
    words = "1 row was there already, or repeats another of this file: line 3 "
    assert words in " ".join(page(admin, row).split())


def test_rows_that_were_there_are_counted_together(admin, campaign):
    make_query(campaign, "One?")
    make_query(campaign, "Two?")
    row = sent(admin, "q.jsonl", jsonl({"text": "One?"}, {"text": "Two?"}, {"text": "Three?"}))
    assert "repeat" not in page(admin, row)
    answer(admin, row)
    words = "2 rows were there already, or repeat another of this file: lines 1, 2 "
    assert words in " ".join(page(admin, row).split())


@pytest.mark.parametrize("button", ["look", "confirm"])
def test_columns_of_ones_own_are_guessed_first_and_looked_at(admin, button):
    row = sent(admin, "own.csv", b"prompt,left text,kind\nOne?,Yes.,sums\n")
    assert row.format == "queries"
    answer(admin, row, button, format="columns")
    row.refresh_from_db()
    assert row.state == ImportState.WAITING
    assert row.columns == {"prompt": "prompt", "node": "kind"}
    html = page(admin, row)
    assert '<option value="prompt" selected>prompt</option>' in html
    assert "1 of its 1 rows can be read" in " ".join(html.split())
    # Once they are on the form they are what is said there, nothing where that is chosen.
    answer(admin, row, "look", format="columns", column_prompt="prompt")
    row.refresh_from_db()
    assert row.columns == {"prompt": "prompt"}


def test_answers_that_are_counted_in_words_are_answers(admin):
    row = sent(admin, "own.csv", b"prompt,answer one,answer two,better\nOne?,Yes.,No.,a\n")
    assert row.format == "columns"
    assert row.columns == {
        "prompt": "prompt",
        "response_a": "answer one",
        "response_b": "answer two",
        "label": "better",
    }
