"""A file is received in pieces, described, confirmed, read once; a dead worker's is read anew."""

import contextlib
import json

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from oversight.data.importers.samples import samples
from oversight.data.services.incoming import deciding, folder, receiving, running
from oversight.errors import InvalidCampaign, WrongState
from oversight.models import Import, ImportState, Query, Split
from tests.factories import make_campaign, make_member, make_query, make_user
from tests.oversight.data.import_files import jsonl

pytestmark = pytest.mark.django_db
QUERIES = jsonl({"text": "One?"}, {"text": "Two?"}, {"text": "One?"})


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path):
    settings.IMPORTS = tmp_path / "imports"


@pytest.fixture
def campaign():
    return make_campaign()


def received(campaign, content=QUERIES, **fields):
    row = receiving.begin_import(campaign=campaign, user=make_user(), file_name="q.jsonl", **fields)
    receiving.receive(import_id=row.pk, offset=0, chunks=[content])
    return receiving.finish_receiving(import_id=row.pk)


def described(campaign, content=QUERIES, **fields):
    row = received(campaign, content)
    known = {"format": row.format, "columns": row.columns, "held_out_share": 0} | fields
    return deciding.describe_import(import_id=row.pk, **known)


def run(row):
    deciding.confirm_import(import_id=row.pk)
    running.run_import(row.pk)
    row.refresh_from_db()
    return row


def test_it_is_received_in_pieces_from_where_the_last_ended(campaign):
    row = receiving.begin_import(
        campaign=campaign, user=make_user(), file_name="../etc/q.jsonl", expected_size=len(QUERIES)
    )
    assert row.file_name == "q.jsonl"
    receiving.receive(import_id=row.pk, offset=0, chunks=[QUERIES[:5], QUERIES[5:9]])
    with pytest.raises(WrongState, match="go on from there"):
        receiving.receive(import_id=row.pk, offset=5, chunks=[b"x"])
    with pytest.raises(WrongState, match="bytes are here"):
        receiving.finish_receiving(import_id=row.pk)
    with pytest.raises(WrongState, match="longer than"):
        receiving.receive(import_id=row.pk, offset=9, chunks=[QUERIES])
    receiving.receive(import_id=row.pk, offset=9, chunks=[QUERIES[9:]])
    row = receiving.finish_receiving(import_id=row.pk)
    assert (row.state, row.format) == (ImportState.WAITING, "queries")
    assert folder.file_of(row.pk).read_bytes() == QUERIES
    with pytest.raises(WrongState, match="to its end already"):
        receiving.receive(import_id=row.pk, offset=row.size, chunks=[b"x"])


def test_a_connection_that_broke_leaves_no_byte_that_was_not_acknowledged(campaign):
    row = receiving.begin_import(campaign=campaign, user=make_user(), file_name="q")

    def broken():
        yield QUERIES[:7]
        raise OSError("gone")

    with pytest.raises(OSError, match="gone"):
        receiving.receive(import_id=row.pk, offset=0, chunks=broken())
    row.refresh_from_db()
    assert row.size == 0
    receiving.receive(import_id=row.pk, offset=0, chunks=[QUERIES])
    assert folder.file_of(row.pk).read_bytes() == QUERIES


@pytest.mark.fault("import-files")
def test_whoever_sends_slowly_holds_up_nobody_else(campaign):
    row = receiving.begin_import(campaign=campaign, user=make_user(), file_name="q")

    def slow():
        yield QUERIES[:7]
        with pytest.raises(WrongState, match="another request is sending"):
            receiving.receive(import_id=row.pk, offset=0, chunks=[b"x"])
        # A transaction of its own: it does not wait for the one that sends.
        deciding.cancel_import(import_id=row.pk)
        yield QUERIES[7:]

    with pytest.raises(WrongState, match="to its end already"):
        receiving.receive(import_id=row.pk, offset=0, chunks=slow())
    row.refresh_from_db()
    assert (row.state, row.size) == (ImportState.CANCELLED, 0)


@pytest.mark.fault("import-files")
def test_nothing_in_a_name_hides_or_turns_around_the_rest(campaign):
    name = "a/\u202egpj.exe\x07\u200b\n.jsonl"
    row = receiving.begin_import(campaign=campaign, user=make_user(), file_name=name)
    assert row.file_name == "gpj.exe.jsonl"


@pytest.mark.parametrize("size", [0, -1, 2**60])
def test_a_size_out_of_bounds_is_refused(campaign, size):
    with pytest.raises(InvalidCampaign, match="a file has"):
        receiving.begin_import(
            campaign=campaign, user=make_user(), file_name="q", expected_size=size
        )


def test_what_is_confirmed_is_read_and_reported(campaign):
    make_query(campaign, "Two?", reference="2")
    content = jsonl({"text": "One?"}, {"text": "Two?", "reference": "3"}, {"text": "One?"})
    row = run(described(campaign, content))
    assert (row.state, row.counts) == (ImportState.DONE, {"queries": 1})
    assert row.report["duplicates"] == {"count": 2, "lines": [2, 3]}
    assert "stays “2”" in row.report["conflicts"]["words"][0]
    assert not folder.file_of(row.pk).exists()


def test_a_share_is_held_out_and_counted(campaign):
    content = jsonl(*({"text": f"What about {'z' * number}?"} for number in range(100)))
    row = run(described(campaign, content, held_out_share=0.3))
    held_out = Query.objects.filter(split=Split.HELD_OUT).count()
    assert 10 < held_out < 60
    assert row.report["held_out"] == held_out


def test_near_copies_are_reported_and_kept(campaign):
    words = "Ann has three red apples in her basket and gives two of them to her brother Tom today"
    row = run(described(campaign, jsonl({"text": words}, {"text": f"{words} again"})))
    near = {"count": 1, "lines": [[2, 1]], "compared": 2, "is_cut_short": False}
    assert row.report["near"] == near
    assert Query.objects.count() == 2


def test_how_many_were_compared_is_said_where_there_are_more(campaign, client, monkeypatch):
    monkeypatch.setattr("oversight.data.services.imports.near.MOST", 1)
    row = run(described(campaign, jsonl({"text": "One?"}, {"text": "Two?"})))
    assert (row.report["near"]["compared"], row.report["near"]["is_cut_short"]) == (1, True)
    client.force_login(make_member(campaign, "owner"))
    page = client.get(reverse("import", args=[campaign.slug, row.pk])).content.decode()
    assert "only the first 1 new queries of the file were compared with each other" in page


def test_bad_rows_leave_nothing_and_the_good_ones_can_be_taken_then(campaign):
    row = run(described(campaign, jsonl({"text": "One?"}, {"text": 5}, {"text": "Two?"})))
    assert row.state == ImportState.FAILED
    assert row.report["refused"]["lines"][0][0] == 2
    assert not Query.objects.exists()
    deciding.describe_import(import_id=row.pk, format="queries", held_out_share=0, keeps_good=True)
    row = run(row)
    assert (row.state, row.counts) == (ImportState.DONE, {"queries": 2})
    [line] = folder.refused_of(row.pk).read_text().splitlines()
    assert json.loads(line)["row"] == {"text": 5}
    assert json.loads(line)["line"] == 2


@pytest.mark.fault("import-files")
@pytest.mark.parametrize(
    ("count", "words"),
    [
        (1, "1 bad row; nothing was imported"),
        (99, "99 bad rows; nothing was imported"),
        (130, "100 bad rows up to line 100, where reading stopped; nothing was imported"),
    ],
)
def test_bad_rows_are_counted_as_they_are(campaign, count, words):
    row = run(described(campaign, jsonl(*[{"text": 5}] * count), format="queries"))
    assert row.reason == words
    assert row.report["refused"]["count"] == len(row.report["refused"]["lines"]) == min(count, 100)


def test_it_cannot_be_confirmed_twice_nor_when_cancelled(campaign):
    row = described(campaign)
    deciding.confirm_import(import_id=row.pk)
    with pytest.raises(WrongState, match="does not wait"):
        deciding.confirm_import(import_id=row.pk)
    deciding.cancel_import(import_id=row.pk)
    running.run_import(row.pk)
    row.refresh_from_db()
    assert row.state == ImportState.CANCELLED
    assert not Query.objects.exists()
    with pytest.raises(WrongState, match="has ended"):
        deciding.cancel_import(import_id=row.pk)


def test_one_that_is_being_read_stops_at_its_next_batch(campaign, monkeypatch):
    monkeypatch.setattr("oversight.data.services.imports.batches.BATCH", 1)
    monkeypatch.setattr(running, "TELL_SECONDS", -1)
    row = described(campaign)
    deciding.confirm_import(import_id=row.pk)
    told = []

    def tell(import_id, rows, taken):
        told.append(rows)
        Import.objects.filter(pk=import_id).update(is_cancel_requested=True)

    monkeypatch.setattr(folder, "tell_progress", tell)
    running.run_import(row.pk)
    row.refresh_from_db()
    assert (told, row.state) == ([1], ImportState.CANCELLED)
    assert not Query.objects.exists()


def test_one_whose_worker_died_is_read_anew(campaign):
    row = described(campaign)
    Import.objects.filter(pk=row.pk).update(state=ImportState.RUNNING)
    running.run_imports()
    row.refresh_from_db()
    assert row.state == ImportState.DONE


def test_one_that_another_worker_reads_is_left_to_it(campaign):
    row = described(campaign)
    other = connection.copy()
    with contextlib.closing(other), other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", [running.LOCK_SPACE, row.pk])
        assert run(row).state == ImportState.RUNNING
    assert not Query.objects.exists()
    running.run_imports()
    assert Query.objects.count() == 2


def test_a_fault_of_ours_is_said_and_leaves_nothing(campaign, monkeypatch):
    row = described(campaign)

    def fail(*args):
        raise RuntimeError("a bug")

    monkeypatch.setattr(running, "_conclude", fail)
    row = run(row)
    assert (row.state, row.reason[:20]) == (ImportState.FAILED, "something went wrong")
    assert not Query.objects.exists()


def test_columns_that_were_confirmed_are_taken_again(campaign):
    content = samples()["columns"].read_bytes()
    mapping = {"prompt": "task", "response_a": "first answer", "response_b": "second answer"}
    row = described(campaign, content, columns=mapping)
    assert run(row).state == ImportState.DONE
    assert received(campaign, content).columns == mapping
    assert received(make_campaign(slug="other"), content).columns != mapping


@pytest.mark.fault("import-files")
def test_a_file_of_another_kind_says_why_it_is_none(campaign):
    row = received(campaign, b'{"text": "One?"\n{"text":\n')
    with pytest.raises(InvalidCampaign, match=r"can be read as rows: line 1: .*JSON"):
        deciding.confirm_import(import_id=row.pk)


@pytest.mark.fault("import-files")
def test_a_lone_answer_is_the_reference_and_not_a_response(campaign):
    row = received(campaign, jsonl({"question": "1 + 1?", "answer": "#### 2"}))
    assert row.columns == {"prompt": "question", "reference": "answer"}


def test_pairs_that_somebody_judged_can_be_asked_again_and_once(campaign):
    pairs = [
        (f"\n\nHuman: {n}?\n\nAssistant: Good {n}.", f"\n\nHuman: {n}?\n\nAssistant: {n}.")
        for n in "12"
    ]
    content = jsonl(*({"chosen": a, "rejected": b} for a, b in pairs))
    assert "items" not in run(described(campaign, content)).counts
    for made in ({"items": 2}, {}):
        row = run(described(campaign, content, asks_people=True))
        assert (row.state, row.counts) == (ImportState.DONE, made)


def test_columns_need_a_prompt(campaign):
    row = described(campaign, samples()["columns"].read_bytes(), columns={})
    with pytest.raises(InvalidCampaign, match="which column is the query"):
        deciding.confirm_import(import_id=row.pk)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"format": "pickle"}, "no format"),
        ({"source": "me"}, "who judged"),
        ({"columns": {"poet": "a"}}, "cannot be poet"),
        ({"held_out_share": 1}, "held-out share"),
    ],
)
def test_what_makes_no_sense_is_refused(campaign, fields, words):
    with pytest.raises(InvalidCampaign, match=words):
        described(campaign, **fields)


def test_what_nobody_confirmed_is_swept_after_a_day(campaign, monkeypatch):
    old, new = received(campaign), received(campaign)
    done = run(described(campaign, jsonl({"text": "a"}, {"b": 1}), keeps_good=True))
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE oversight_import SET created_at = now() - interval '2 days' WHERE id = %s",
            [old.pk],
        )
    later = running.time.time() + 2 * running.A_DAY
    monkeypatch.setattr(folder.time, "time", lambda: later)
    running.sweep_imports()
    old.refresh_from_db()
    assert (old.state, old.reason) == (ImportState.CANCELLED, "nobody confirmed it within a day")
    there = [folder.file_of(old.pk), folder.file_of(new.pk), folder.refused_of(done.pk)]
    assert [path.exists() for path in there] == [False, True, False]


def test_a_failed_import_says_why(campaign):
    row = received(campaign)
    with pytest.raises(IntegrityError, match="import_ends_once"), transaction.atomic():
        Import.objects.filter(pk=row.pk).update(state=ImportState.DONE)


def test_a_worker_is_woken_for_what_nobody_reads(campaign, monkeypatch):
    sent = []
    monkeypatch.setattr(
        running, "send_after_commit", lambda task, queue: sent.append((task, queue))
    )
    row = described(campaign)
    running.dispatch_imports()
    assert sent == []
    deciding.confirm_import(import_id=row.pk)
    running.dispatch_imports()
    assert sent == [("oversight.tasks.run_imports", "control")]
