"""Exports: what is in, what is out, whole files only."""

import json

import pytest
from django.core.management import CommandError, call_command

from oversight.data.selectors.preferences import preference_rows
from oversight.data.services import exports
from oversight.data.services.exports import export_preferences
from oversight.data.services.imports import ImportRequest, import_campaign
from oversight.data.services.snapshots import make_snapshot
from oversight.models import Preference, Response, Source
from tests.factories import (
    make_campaign,
    make_query,
    make_response,
    make_round,
    make_user,
    make_version,
)

pytestmark = pytest.mark.django_db
OWN = {"id", "round", "created_at", "split"}


def make_preference(campaign, text="", **fields):
    query = make_query(campaign, text)
    values = {"source": Source.PERSON, **fields}
    return Preference.objects.create(
        campaign=campaign,
        query=query,
        chosen=make_response(query, "Good."),
        rejected=make_response(query, "Bad."),
        **values,
    )


@pytest.fixture
def campaign():
    return make_campaign()


def exported(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_rows_are_what_trl_reads(campaign, tmp_path):
    make_preference(campaign, "One?", p_w=0.9, p_l=0.1, weight=2.5)
    size = export_preferences(campaign=campaign, path=tmp_path / "out.jsonl")
    assert size == (tmp_path / "out.jsonl").stat().st_size
    [row] = exported(tmp_path / "out.jsonl")
    assert row["prompt"] == [{"role": "user", "content": "One?"}]
    assert row["chosen"] == [{"role": "assistant", "content": "Good."}]
    assert row["rejected"] == [{"role": "assistant", "content": "Bad."}]
    assert (row["p_w"], row["p_l"], row["weight"]) == (0.9, 0.1, 2.5)
    assert row["chosen_version"].startswith("learner@")


TYPES = {
    "prompt": list,
    "chosen": list,
    "rejected": list,
    "id": int,
    "query_sha256": str,
    "node": str,
    "source": str,
    "p_w": float,
    "p_l": float,
    "weight": float,
    "chosen_version": str,
    "rejected_version": str,
    "round": int,
    "created_at": str,
    "kind": str,
    "item": int,
    "judgement": int,
    "annotator": str,
    "propensity": float,
    "strength": int,
    "critique_shown": str,
    "generator": str,
    "split": str,
    "snapshot": str,
}


@pytest.mark.fault("export")
def test_each_column_has_one_type_in_every_row(campaign):
    version = make_version(campaign)
    round_ = make_round(version)
    make_preference(campaign, weight=2, p_w=1, p_l=0)
    make_preference(campaign, round=round_, p_w=0.5)
    row = make_preference(campaign)
    Response.objects.create(
        query=row.query, author=make_user(), revises=row.chosen, purpose="rewrite", text="Mine."
    )
    Preference.objects.create(
        campaign=campaign,
        query=row.query,
        chosen=Response.objects.get(purpose="rewrite"),
        rejected=row.rejected,
        source=Source.PERSON,
    )
    rows = list(preference_rows(campaign))
    assert [row["round"] for row in rows] == [0, round_.number, 0, 0]
    for row in rows:
        assert {name: type(value) for name, value in row.items()} == TYPES
        assert "." in row["created_at"]


@pytest.mark.slow
@pytest.mark.fault("export")
def test_datasets_takes_a_file_whose_first_ten_megabytes_are_of_no_round(campaign, tmp_path):
    """It tells a column's type from the first 10 MB, and fails where later rows have another."""
    from datasets import load_dataset

    text = "x" * 60_000
    for number in range(180):
        make_preference(campaign, f"{number} {text}")
    make_preference(campaign, "Last?", round=make_round(make_version(campaign, active=False)))
    export_preferences(campaign=campaign, path=tmp_path / "out.jsonl")
    assert (tmp_path / "out.jsonl").stat().st_size > 10 * 2**20
    rows = load_dataset(
        "json", data_files=str(tmp_path / "out.jsonl"), split="train", cache_dir=str(tmp_path)
    )
    assert rows[0]["round"] == 0
    assert rows[-1]["round"] > 0


@pytest.mark.fault("export")
def test_what_differs_in_id_and_time_alone_comes_once(campaign):
    first = make_preference(campaign, "One?")
    again = {
        "campaign": campaign,
        "query": first.query,
        "chosen": first.chosen,
        "rejected": first.rejected,
        "source": Source.PERSON,
    }
    Preference.objects.create(**again)
    twin = make_response(first.query, "Good.")
    assert twin.version_id == first.chosen.version_id
    Preference.objects.create(**again | {"chosen": twin})
    different = [
        Preference.objects.create(**again, p_w=0.9),
        Preference.objects.create(**again | {"source": Source.CRITIC}),
        Preference.objects.create(**again | {"chosen": first.rejected, "rejected": first.chosen}),
        Preference.objects.create(**again | {"chosen": make_response(first.query, "good.")}),
    ]
    expected = [first.pk, *(row.pk for row in different)]
    assert [row["id"] for row in preference_rows(campaign)] == expected
    assert [row["id"] for row in preference_rows(campaign, after_id=first.pk)] == expected[1:]
    assert make_snapshot(campaign=campaign).rows.count() == len(expected)


@pytest.mark.fault("line-ends")
def test_a_rewrite_of_an_old_response_differs_in_what_was_rewritten(campaign):
    query = make_query(campaign)
    old = make_response(query, "Total is 5\r\nAnswer: 6\r\nDone")
    rewrite = Response.objects.create(
        query=query,
        author=make_user(),
        revises=old,
        purpose="rewrite",
        text="Total is 5\nAnswer: 5\nDone",
    )
    Preference.objects.create(
        campaign=campaign, query=query, chosen=rewrite, rejected=old, source=Source.PERSON
    )
    [row] = preference_rows(campaign)
    chosen, rejected = (row[side][0]["content"] for side in ("chosen", "rejected"))
    assert len(chosen) == len(rejected)
    assert sum(one != other for one, other in zip(chosen, rejected, strict=True)) == 1


@pytest.mark.slow
def test_datasets_and_trl_take_the_file(campaign, tmp_path):
    make_preference(campaign, "One?")
    make_preference(campaign, "Zwei – ünïcode 🙂?")
    export_preferences(campaign=campaign, path=tmp_path / "out.jsonl")
    from datasets import load_dataset
    from trl.data_utils import is_conversational

    rows = load_dataset(
        "json", data_files=str(tmp_path / "out.jsonl"), split="train", cache_dir=str(tmp_path)
    )
    assert {"prompt", "chosen", "rejected"} <= set(rows.column_names)
    assert is_conversational(rows[0])
    assert rows[1]["prompt"][0]["content"] == "Zwei – ünïcode 🙂?"


def test_superseded_and_weightless_rows_stay_out(campaign):
    first = make_preference(campaign)
    second = Preference.objects.create(
        campaign=campaign,
        query=first.query,
        chosen=first.chosen,
        rejected=first.rejected,
        source=Source.PERSON,
        supersedes=first,
    )
    make_preference(campaign, weight=0)
    make_preference(make_campaign())
    assert [row["id"] for row in preference_rows(campaign)] == [second.pk]


def test_source_and_id_filter(campaign):
    first = make_preference(campaign)
    critic = make_preference(campaign, source=Source.CRITIC)
    last = make_preference(campaign)
    assert [row["id"] for row in preference_rows(campaign, source="critic")] == [critic.pk]
    after = preference_rows(campaign, after_id=first.pk)
    assert [row["id"] for row in after] == [critic.pk, last.pk]


def test_believed_turns_labels_round_and_leaves_out_what_says_too_little(campaign):
    sure = make_preference(campaign, p_w=0.9, p_l=0.1)
    wrong = make_preference(campaign, p_w=0.1, p_l=0.4)
    make_preference(campaign, p_w=0.5, p_l=0.45)
    make_preference(campaign, p_w=0.0, p_l=0.0)
    as_said = {row["id"]: row for row in preference_rows(campaign)}
    believed = {row["id"]: row for row in preference_rows(campaign, believed=0.8)}
    assert believed.keys() == {sure.pk, wrong.pk}
    assert believed[sure.pk] == as_said[sure.pk]
    turned, before = believed[wrong.pk], as_said[wrong.pk]
    swapped = {"chosen": "rejected", "chosen_version": "rejected_version", "p_w": "p_l"}
    for one, other in swapped.items():
        assert (turned[one], turned[other]) == (before[other], before[one])
    unchanged = turned.keys() - swapped.keys() - set(swapped.values())
    assert all(turned[name] == before[name] for name in unchanged)
    assert len(as_said) == 4


def test_it_reads_lazily_in_one_query(campaign, django_assert_num_queries, streamed):
    for _ in range(5):
        make_preference(campaign)
    with django_assert_num_queries(0):  # beside the one that is streamed
        assert len(list(preference_rows(campaign))) == 5
        assert len(streamed) == 1
        rows = preference_rows(campaign)
        iter(rows)
        assert len(streamed) == 1
    next(rows)
    rows.close()


def test_an_import_of_an_export_exports_the_same(campaign, tmp_path):
    make_preference(campaign, "One?", p_w=0.75, weight=1.25)
    make_preference(campaign, "Two\r\n\u2028lines?", source=Source.SIMULATED)
    query = make_query(campaign, "Three?", node="kind")
    version = make_version(campaign, active=False, name="other")
    Preference.objects.create(
        campaign=campaign,
        query=query,
        chosen=make_response(query, "Yes.", version=version),
        rejected=make_response(query, "Yes, but no."),
        source=Source.CRITIC,
    )
    path = tmp_path / "out.jsonl"
    export_preferences(campaign=campaign, path=path)
    with path.open("rb") as stream:
        request = ImportRequest(format="preferences", slug="again")
        again = import_campaign(stream=stream, request=request).campaign
    before, after = (
        [{key: row[key] for key in row.keys() - OWN} for row in preference_rows(one)]
        for one in (campaign, again)
    )
    assert before == after


def test_a_failed_export_leaves_the_old_file(campaign, tmp_path, monkeypatch):
    path = tmp_path / "out.jsonl"
    path.write_text("old")

    def failing(*_):
        yield b"{}\n"
        raise OSError("disk full")

    monkeypatch.setattr(exports, "encoded", failing)
    with pytest.raises(OSError, match="disk full"):
        export_preferences(campaign=campaign, path=path)
    assert [entry.read_text() for entry in tmp_path.iterdir()] == ["old"]


def test_the_command_writes_to_a_file_and_to_standard_output(campaign, tmp_path, capfdbinary):
    make_preference(campaign)
    path = tmp_path / "out.jsonl"
    call_command("export_preferences", campaign=campaign.slug, out=str(path))
    call_command("export_preferences", campaign=campaign.slug, out="-")
    assert path.read_bytes() == capfdbinary.readouterr().out


@pytest.mark.parametrize(
    ("slug", "out", "message"),
    [("nothing", "-", "no campaign"), ("known", ".", "is a folder"), ("known", "no/x", "No such")],
)
def test_the_command_fails_in_words(tmp_path, slug, out, message):
    make_campaign(slug="known")
    path = out if out == "-" else str(tmp_path / out)
    with pytest.raises(CommandError, match=message):
        call_command("export_preferences", campaign=slug, out=path)


def test_the_command_believes_as_much_as_it_is_told(campaign, tmp_path):
    make_preference(campaign, p_w=0.6, p_l=0.4)
    path = tmp_path / "out.jsonl"
    call_command("export_preferences", campaign=campaign.slug, out=str(path), believed=0.7)
    assert path.read_bytes() == b""
    with pytest.raises(CommandError, match="is a probability, not 70"):
        call_command("export_preferences", campaign=campaign.slug, out=str(path), believed=70)
