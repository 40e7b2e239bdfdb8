"""Datasets and snapshots over REST: in any encoding, in parts, and nothing to the wrong person."""

import gzip
import io
import json
from urllib.parse import quote

import mlcroissant
import pytest
import yaml
from django.urls import reverse
from pyarrow import parquet
from rest_framework.test import APIClient

from oversight.data.services import snapshot_files
from oversight.data.services.snapshots import make_snapshot
from oversight.models import Preference, Snapshot, Source
from oversight.people.services.tokens import make_token
from tests.factories import make_campaign, make_member
from tests.oversight.data.exported import make_world, rows_of, written

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.VAR = tmp_path


@pytest.fixture
def world():
    return make_world(["One.", "=Two.", "Three."])


@pytest.fixture
def engineer(world):
    client = APIClient()
    client.credentials(
        HTTP_AUTHORIZATION=f"Token {make_token(user=make_member(world, 'engineer'))}"
    )
    return client


def url(name, world, *args):
    return reverse(name, args=[world.slug, *args])


def content(response):
    assert response.status_code in (200, 206)
    return b"".join(response.streaming_content)


def test_the_list_names_each_dataset_with_the_types_of_its_columns(engineer, world):
    rows = {row["name"]: row for row in engineer.get(url("api-datasets", world)).json()}
    columns = {each["name"]: each["type"] for each in rows["kto"]["columns"]}
    assert (columns["label"], columns["p_w"]) == ("bool", "float64")
    assert content(engineer.get(rows["annotations"]["url"])) == b""


@pytest.mark.parametrize(
    ("file", "query", "kind"),
    [
        ("kto.jsonl", {}, "application/x-ndjson"),
        ("kto.csv", {}, "text/csv; charset=utf-8"),
        ("kto.jsonl.gz", {}, "application/gzip"),
        ("kto.csv.zst", {}, "application/zstd"),
        ("kto.parquet", {}, "application/vnd.apache.parquet"),
        ("kto", {"format": "parquet"}, "application/vnd.apache.parquet"),
        ("kto", {"compression": "gzip"}, "application/gzip"),
        ("kto", {}, "application/x-ndjson"),
    ],
)
def test_the_name_or_the_query_says_how_it_is_written(engineer, world, file, query, kind):
    answer = engineer.get(url("api-dataset", world, file), query)
    assert answer["Content-Type"] == kind
    assert "world-kto." in answer["Content-Disposition"]
    body = content(answer)
    assert body
    if "parquet" in kind:
        assert parquet.read_table(io.BytesIO(body)).to_pylist() == rows_of("kto", world)
    if "gzip" in kind:
        assert gzip.decompress(body) == written("kto", world)


@pytest.mark.parametrize("file", ["nothing.jsonl", "kto.xlsx", "kto.", "kto.parquet.gz"])
def test_what_there_is_not_is_a_404(engineer, world, file):
    assert engineer.get(url("api-dataset", world, file)).status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        {"since": "yesterday"},
        {"since": "2026-01-01T00:00:00"},
        {"since": "9" * 30},
        {"format": "xml"},
        {"compression": "lzma"},
        {"source": "nobody"},
        {"believed": 2},
        {"after_id": -1},
    ],
)
def test_a_filter_that_says_nothing_is_refused(engineer, world, query):
    assert engineer.get(url("api-dataset", world, "kto.jsonl"), query).status_code == 400


def test_rows_since_an_id_or_a_time(engineer, world):
    rows = rows_of("preferences", world)
    where = url("api-dataset", world, "preferences.jsonl")
    later = content(engineer.get(where, {"since": rows[0]["id"]}))
    assert [json.loads(line)["id"] for line in later.splitlines()] == [r["id"] for r in rows[1:]]
    at = quote(rows[1]["created_at"])
    assert content(engineer.get(f"{where}?since={at}")).count(b"\n") == 1
    assert content(engineer.get(f"{where}?since={rows[1]['created_at']}")).count(b"\n") == 1


def test_simulated_labels_come_only_where_they_are_asked_for(engineer, world):
    row = world.preferences.first()
    simulated = Preference.objects.create(
        campaign=world, query=row.query, chosen=row.chosen, rejected=row.rejected,
        source=Source.SIMULATED,
    )  # fmt: skip

    def ids(**query):
        lines = content(engineer.get(url("api-preferences", world), query)).splitlines()
        return [json.loads(line)["id"] for line in lines]

    assert simulated.pk not in ids()
    assert simulated.pk in ids(simulated="true")
    assert ids(source="simulated") == [simulated.pk]


def test_head_reads_no_row(engineer, world, django_assert_num_queries, monkeypatch):
    monkeypatch.setattr("oversight.data.api.streams.encoded", None)
    answer = engineer.head(url("api-dataset", world, "kto.csv"))
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/csv; charset=utf-8")


def test_a_snapshot_is_made_listed_and_found_again(engineer, world):
    asked = {"name": "Mine", "sources": ["person"], "least_belief": 0.95, "licence": "CC-BY-4.0"}
    made = engineer.post(url("api-snapshots", world), asked, format="json")
    assert made.status_code == 201
    assert made.json()["filters"] == {
        "sources": ["person"], "least_belief": 0.95, "simulated": False,
    }  # fmt: skip
    assert made.json()["train_count"] + made.json()["validation_count"] == 2
    again = engineer.post(url("api-snapshots", world), asked, format="json")
    assert (again.status_code, again.json()["id"]) == (200, made.json()["id"])
    listed = engineer.get(url("api-snapshots", world)).json()["results"]
    assert [row["sha256"] for row in listed] == [made.json()["sha256"]]
    assert engineer.get(url("api-snapshot", world, made.json()["sha256"])).json() == made.json()


@pytest.mark.parametrize(
    "asked",
    [
        {"sources": ["nobody"]},
        {"least_belief": 2},
        {"since": "soon"},
        {"kinds": "x"},
    ],
)
def test_a_wrong_wish_freezes_nothing(engineer, world, asked):
    assert engineer.post(url("api-snapshots", world), asked, format="json").status_code == 400
    assert not Snapshot.objects.exists()


def test_a_snapshot_of_nothing_is_refused(engineer, world):
    asked = {"nodes": ["none such"]}
    assert engineer.post(url("api-snapshots", world), asked, format="json").status_code == 409
    assert not Snapshot.objects.exists()


@pytest.fixture
def snapshot(world):
    return make_snapshot(campaign=world)


@pytest.fixture
def file_url(world, snapshot):
    return url("api-snapshot-file", world, snapshot.sha256, "preferences.jsonl")


def test_a_snapshots_file_is_its_rows_and_is_not_sent_twice(engineer, world, snapshot, file_url):
    answer = engineer.get(file_url)
    body = content(answer)
    assert body == written("preferences", world, snapshot=snapshot)
    assert (answer["Content-Length"], answer["Accept-Ranges"]) == (str(len(body)), "bytes")
    again = engineer.get(file_url, headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    head = engineer.head(file_url)
    assert (head["Content-Length"], head["ETag"]) == (str(len(body)), answer["ETag"])


@pytest.mark.parametrize(
    ("asked", "first", "end"),
    [
        ("bytes=0-9", 0, 10),
        ("bytes=5-", 5, None),
        ("bytes=-7", -7, None),
        ("bytes=3-999999", 3, None),
    ],
)
def test_a_part_is_sent_where_one_is_asked_for(engineer, file_url, asked, first, end):
    body = content(engineer.get(file_url))
    answer = engineer.get(file_url, headers={"Range": asked})
    assert answer.status_code == 206
    start = first % len(body)
    last = (end or len(body)) - 1
    assert answer["Content-Range"] == f"bytes {start}-{last}/{len(body)}"
    assert content(answer) == body[first:end]


@pytest.mark.parametrize("asked", ["bytes=99999999-", "bytes=9-3", "bytes=-0"])
def test_a_part_that_is_not_there_is_a_416(engineer, file_url, asked):
    size = len(content(engineer.get(file_url)))
    answer = engineer.get(file_url, headers={"Range": asked})
    assert (answer.status_code, answer["Content-Range"]) == (416, f"bytes */{size}")


@pytest.mark.parametrize("asked", ["bytes=0-1,3-4", "lines=1-2", "bytes=a-b", "bytes=-"])
def test_a_range_that_is_not_understood_gives_the_whole(engineer, file_url, asked):
    assert engineer.get(file_url, headers={"Range": asked}).status_code == 200


def test_a_part_of_what_was_another_file_is_not_sent(engineer, file_url):
    etag = engineer.head(file_url)["ETag"]
    part = {"Range": "bytes=0-1", "If-Range": etag}
    assert engineer.get(file_url, headers=part).status_code == 206
    assert engineer.get(file_url, headers={**part, "If-Range": '"x"'}).status_code == 200


def test_a_deleted_file_is_made_again_with_the_same_bytes(engineer, file_url, tmp_path):
    for ending in ("preferences.jsonl", "preferences.parquet", "kto.csv.gz", "sft.jsonl.zst"):
        where = file_url.replace("preferences.jsonl", ending)
        before = content(engineer.get(where))
        for file in (tmp_path / "exports").iterdir():
            file.unlink()
        assert content(engineer.get(where)) == before


def test_files_used_longest_ago_make_room(
    world, snapshot, engineer, file_url, monkeypatch, tmp_path
):
    monkeypatch.setattr(snapshot_files, "MOST_BYTES", 10)
    for ending in ("preferences.jsonl", "kto.jsonl"):
        content(engineer.get(file_url.replace("preferences.jsonl", ending)))
    assert [file.name.rpartition("-")[2] for file in (tmp_path / "exports").iterdir()] == [
        "kto.none.jsonl"
    ]


def test_only_preferences_come_of_a_snapshot(engineer, file_url):
    where = file_url.replace("preferences.jsonl", "judgements.jsonl")
    assert engineer.get(where).status_code == 404


def test_the_card_is_one_of_the_hub(engineer, world, snapshot):
    Snapshot.objects.update(name='Pairs: "best" | {of}', licence="CC-BY-4.0", note="# A note")
    text = engineer.get(url("api-snapshot-about", world, snapshot.sha256, "README.md")).text
    _, front, body = text.split("---\n", 2)
    about = yaml.safe_load(front)
    assert about["pretty_name"] == 'Pairs: "best" | {of}'
    assert (about["license"], about["size_categories"]) == ("CC-BY-4.0", ["n<1K"])
    for words in (
        "## Who said so",
        "| people | 3 |",
        "Clusters of queries on both sides",
        "> # A note",
    ):
        assert words in body
    bib = engineer.get(url("api-snapshot-about", world, snapshot.sha256, "citation.bib")).text
    assert f"sha256:{snapshot.sha256}" in bib


def test_croissant_is_valid_and_names_the_file(engineer, world, snapshot, file_url, tmp_path):
    where = url("api-snapshot-about", world, snapshot.sha256, "croissant.json")
    described = engineer.get(where).json()
    found = mlcroissant.Dataset(jsonld=described)
    assert found.metadata.issues.errors == set()
    [file] = described["distribution"]
    assert file["contentUrl"].endswith(file_url)
    import hashlib

    assert file["sha256"] == hashlib.sha256(content(engineer.get(file_url))).hexdigest()


def test_the_difference_over_rest(engineer, world, snapshot):
    row = world.preferences.first()
    Preference.objects.create(
        campaign=world, query=row.query, chosen=row.rejected, rejected=row.chosen,
        source=row.source, supersedes=row, round=row.round, item=row.item,
    )  # fmt: skip
    after = make_snapshot(campaign=world)
    found = engineer.get(url("api-snapshot-diff", world, snapshot.sha256, after.sha256)).json()
    assert found["counts"]["changed_label"] == 1
    assert [each["changes"] for each in found["rows"]] == [["changed_label"]]


def test_a_snapshot_of_another_campaign_is_not_there(engineer, world, snapshot):
    other = make_campaign()
    make_member(other, "engineer", user=make_member(world, "engineer"))
    theirs = make_snapshot(campaign=other)
    assert engineer.get(url("api-snapshot", world, theirs.sha256)).status_code == 404
