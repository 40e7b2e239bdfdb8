"""What is in each dataset: traced to what people said, counted as the pages count, read by the tools."""

import json

import pytest
from django.core.management import CommandError, call_command

from oversight.data.selectors.datasets import labels
from oversight.data.services.snapshots import make_snapshot
from oversight.models import Judgement, Preference, Source
from oversight.pages.selectors.overview import campaign_overview
from oversight.pages.selectors.story import campaign_story
from tests.factories import make_campaign, make_query, make_response, make_user
from tests.oversight.data.exported import HOSTILE, make_world, rows_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_world()


@pytest.mark.parametrize("name", ["preferences", "preferences-text", "kto", "sft", "hh-rlhf"])
def test_a_preference_is_traced_to_the_judgement_that_decided_it(world, name):
    for row in rows_of(name, world):
        preference = Preference.objects.get(pk=row["id"])
        judgement = Judgement.objects.get(pk=row["judgement"])
        assert (judgement, row["item"]) == (preference.judgement, preference.item_id)
        assert row["strength"] == judgement.strength
        assert row["critique_shown"] == "yes"
        said = rows_of("judgements", world)
        assert {each["annotator"] for each in said if each["id"] == judgement.pk} == {
            row["annotator"]
        }


@pytest.mark.parametrize(
    "name", ["judgements", "rankings", "critiques", "process-labels", "critique-ratings"]
)
def test_what_was_said_is_traced_by_its_id(world, name):
    for row in rows_of(name, world):
        judgement = Judgement.objects.get(pk=row["id"])
        assert row["source"] == judgement.source
        assert row["labeler" if "labeler" in row else "annotator"] != ""


@pytest.mark.parametrize(
    "name", ["judgements", "rankings", "critiques", "process-labels", "critique-ratings"]
)
def test_a_large_campaign_has_the_rows_of_a_small_one(world, monkeypatch, name):
    found = rows_of(name, world)
    monkeypatch.setattr(labels, "FEW_QUERIES", world.queries.count() - 1)
    assert found
    assert rows_of(name, world) == found


def test_the_pages_count_what_is_exported(world):
    overview = campaign_overview(world)
    assert len(rows_of("preferences", world)) == campaign_story(world).labels.human
    said = {name: len(rows_of(name, world)) for name in ("judgements", "process-labels")}
    rated = {row["id"] for row in rows_of("critique-ratings", world)}
    assert said["judgements"] + said["process-labels"] + len(rated) == overview.judgements.human


def test_the_best_of_several_is_one_good_answer(world):
    campaign = make_campaign()
    query = make_query(campaign)
    best, *others = (make_response(query, text) for text in ("Best.", "B.", "C.", "D."))
    for other in others:
        Preference.objects.create(
            campaign=campaign, query=query, chosen=best, rejected=other, source=Source.PERSON
        )
    rows = rows_of("kto", campaign)
    told = [(row["label"], row["completion"][0]["content"]) for row in rows]
    assert sorted(told) == [(False, "B."), (False, "C."), (False, "D."), (True, "Best.")]
    assert [row["completion"][0]["content"] for row in rows_of("sft", campaign)] == ["Best."]
    snapshot = make_snapshot(campaign=campaign)
    assert len(rows_of("kto", campaign, snapshot=snapshot)) == 4


def test_equal_ranks_are_ties(world):
    for row in rows_of("rankings", world):
        assert row["ranks"] == ([1, 1] if row["choice"] == "tie" else [1, 2])
        assert len(row["responses"]) == len(row["response_ids"]) == 2


def test_a_critiques_comments_say_what_people_made_of_them(world):
    row = rows_of("critiques", world)[0]
    assert [comment["said"] for comment in row["comments"]] == ["fake", ""]
    assert row["comments"][0]["explanation"] == HOSTILE[0]


def test_a_pseudonym_is_the_campaigns_own():
    person = make_user()
    names = set()
    for _ in range(2):
        campaign = make_campaign()
        query = make_query(campaign)
        for text in ("A.", "B."):
            Judgement.objects.create(
                query=query, response_a=make_response(query, text), user=person,
                response_b=make_response(query, f"{text}!"), source=Source.PERSON, choice="a",
            )  # fmt: skip
        own = {row["annotator"] for row in rows_of("judgements", campaign)}
        assert len(own) == 1
        names |= own
    assert len(names) == 2


def test_agreement_reads_the_judgements_as_they_are(world, tmp_path, capsys):
    path = tmp_path / "labels.csv"
    call_command("export", "judgements", campaign="world", out=str(path))
    call_command("agreement", str(path))
    report = json.loads(capsys.readouterr().out)
    assert report["annotators"] == 2


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"out": "x.xlsx"}, "ends in none of"),
        ({"since": "yesterday"}, "--since is an id"),
        ({"snapshot": "abc"}, "has no snapshot 'abc'"),
        ({"believed": 3.0}, "is a probability"),
        ({"campaign": "none"}, "there is no campaign"),
    ],
)
def test_the_command_says_what_is_wrong(world, options, words):
    with pytest.raises(CommandError, match=words):
        call_command("export", "preferences", **{"campaign": "world", "out": "-", **options})


def test_the_command_writes_a_snapshots_rows(world, tmp_path):
    snapshot = make_snapshot(campaign=world)
    path = tmp_path / "rows.jsonl"
    call_command("export", "sft", campaign="world", out=str(path), snapshot=snapshot.sha256)
    rows = [json.loads(line) for line in path.read_bytes().splitlines()]
    assert {row["snapshot"] for row in rows} == {snapshot.sha256}
    with pytest.raises(CommandError, match="a snapshot has no judgements"):
        call_command("export", "judgements", campaign="world", out="-", snapshot=snapshot.sha256)
