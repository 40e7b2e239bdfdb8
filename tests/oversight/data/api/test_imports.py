"""A file over REST: announced, sent in pieces, resumed, confirmed, followed to its end."""

import json

import pytest
from rest_framework.test import APIClient

from oversight.data.importers import guessing
from oversight.data.services.incoming import running
from oversight.models import Import, Judgement, Query
from tests.factories import make_campaign, make_member, make_user
from tests.oversight.data.import_files import jsonl

pytestmark = pytest.mark.django_db
CONTENT = jsonl({"text": "One?"}, {"text": "Two?"}, {"text": 5})
ROOT = "/api/v1/campaigns/maths/imports/"


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path):
    settings.IMPORTS = tmp_path / "imports"


@pytest.fixture
def campaign():
    return make_campaign(slug="maths")


@pytest.fixture
def engineer(campaign):
    client = APIClient()
    client.force_login(make_member(campaign, "engineer"))
    return client


def announced(client, **fields):
    response = client.post(ROOT, {"file_name": "q.jsonl"} | fields, format="json")
    assert response.status_code == 201
    return f"{ROOT}{response.json()['id']}/"


def send(client, address, content, offset):
    headers = {"Upload-Offset": str(offset)}
    return client.generic(
        "PATCH", address, content, content_type="application/octet-stream", headers=headers
    )


def test_it_is_sent_in_pieces_and_confirmed(engineer):
    address = announced(engineer, size=len(CONTENT))
    assert send(engineer, address, CONTENT[:9], 0).headers["Upload-Offset"] == "9"
    again = send(engineer, address, CONTENT, 0)
    assert again.status_code == 409
    assert "9 bytes are here" in json.dumps(again.json(), ensure_ascii=False)
    assert engineer.head(address).headers["Upload-Offset"] == "9"
    whole = send(engineer, address, CONTENT[9:], 9).json()
    assert (whole["state"], whole["format"]) == ("waiting", "queries")
    confirmed = engineer.post(
        f"{address}confirm/", {"held_out_share": 0, "keeps_good": True}, format="json"
    )
    assert (confirmed.status_code, confirmed.json()["state"]) == (202, "queued")
    running.run_imports()
    ended = engineer.get(address).json()
    assert (ended["state"], ended["counts"]) == ("done", {"queries": 2})
    assert ended["report"]["refused"]["count"] == 1
    [line] = b"".join(engineer.get(f"{address}refused/").streaming_content).splitlines()
    assert json.loads(line)["row"] == {"text": 5}
    assert [row["id"] for row in engineer.get(ROOT).json()["results"]] == [ended["id"]]


def test_columns_are_said_when_it_is_confirmed(engineer):
    address = announced(engineer)
    content = jsonl({"what": "q", "one": "x", "two": "y", "best": 1})
    send(engineer, address, content, 0)
    columns = {"prompt": "what", "response_a": "one", "response_b": "two", "label": "best"}
    body = {"format": "columns", "columns": columns, "source": "person"}
    assert engineer.post(f"{address}confirm/", body, format="json").status_code == 202
    running.run_imports()
    assert Judgement.objects.get().choice == "a"


PAIR = {"prompt": "q", "response_a": "ans_1", "response_b": "ans_2"}


def confirmed(client, content, columns):
    address = announced(client)
    send(client, address, content, 0)
    body = {"format": "columns", "columns": columns, "held_out_share": 0}
    return address, client.post(f"{address}confirm/", body, format="json")


@pytest.mark.fault("import-files")
@pytest.mark.parametrize(
    ("content", "columns", "words"),
    [
        (b"q,ans1,ans2\n1?,x,y\n", PAIR, "has no column “ans_1”, “ans_2”; it has q, ans1, ans2"),
        (jsonl({"q": "1?", "ans1": "x"}), PAIR, "has no column “ans_1”, “ans_2”; it has q, ans1"),
        (b"q,a\n1?,x\n", {"prompt": "q", "node": "q"}, "“q” is said to be prompt and node"),
    ],
    ids=["table", "json", "twice"],
)
def test_a_column_that_is_not_in_the_file_or_stands_twice_is_refused(
    engineer, content, columns, words
):
    address, answer = confirmed(engineer, content, columns)
    assert (answer.status_code, words in answer.json()["detail"]) == (400, True)
    assert engineer.get(address).json()["state"] == "waiting"


def late(*rows):
    return jsonl(*[{"q": f"What is {number} + 1?"} for number in range(600)], *rows)


def test_a_column_that_comes_up_late_in_json_is_none_that_is_missing(engineer):
    content = late({"q": "One?", "ans_1": "x", "ans_2": "y"})
    address, answer = confirmed(engineer, content, PAIR)
    assert answer.status_code == 202
    running.run_imports()
    assert engineer.get(address).json()["counts"] == {"queries": 601, "responses": 2, "items": 1}


def test_a_column_that_is_in_no_row_of_a_long_file_fails_the_import(engineer, monkeypatch):
    monkeypatch.setitem(guessing.BOUNDS, "most_reads", 500)
    address, answer = confirmed(engineer, late(), PAIR)
    assert answer.status_code == 202
    running.run_imports()
    ended = engineer.get(address).json()
    words = "no row has the column “ans_1”, “ans_2”; nothing was imported"
    assert (ended["state"], ended["reason"]) == ("failed", words)
    assert not Query.objects.exists()


def test_what_makes_no_sense_is_refused(engineer):
    assert engineer.post(ROOT, {"file_name": "q", "size": 0}, format="json").status_code == 400
    address = announced(engineer, size=5)
    as_text = engineer.generic(
        "PATCH", address, b"x", content_type="text/plain", headers={"Upload-Offset": "0"}
    )
    assert as_text.status_code == 415
    no_offset = engineer.generic("PATCH", address, b"x", content_type="application/octet-stream")
    assert no_offset.status_code == 400
    assert send(engineer, address, b"123456", 0).status_code == 409
    assert engineer.post(f"{address}confirm/", {}, format="json").status_code == 409
    bad = engineer.post(f"{address}confirm/", {"format": "pickle"}, format="json")
    assert bad.status_code == 400
    assert engineer.get(f"{address}refused/").status_code == 404


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "Nothing of the file is here yet: send its bytes first."),
        ({"size": 5}, "0 of 5 bytes are here: send the rest first."),
    ],
)
def test_one_that_is_not_here_cannot_be_confirmed(engineer, fields, words):
    answer = engineer.post(f"{announced(engineer, **fields)}confirm/", {}, format="json")
    assert (answer.status_code, answer.json()["detail"]) == (409, words)


def test_it_can_be_cancelled_once(engineer):
    address = announced(engineer)
    assert engineer.delete(address).json()["state"] == "cancelled"
    assert engineer.delete(address).status_code == 409
    assert send(engineer, address, CONTENT, 0).status_code == 409


def test_others_may_not(engineer, campaign):
    address = announced(engineer)
    other = APIClient()
    assert other.get(address).status_code in (401, 403)
    other.force_login(make_member(campaign, "annotator"))
    assert other.get(address).status_code == 403
    assert send(other, address, CONTENT, 0).status_code == 403
    other.force_login(make_user())
    assert other.get(address).status_code == 404
    assert other.post(ROOT, {"file_name": "q"}, format="json").status_code == 404
    assert Import.objects.get().size == 0
    assert not Query.objects.exists()
