"""The client against a server that runs: lists, refusals, items, and exports in every form."""

import asyncio
import json

import httpx
import pytest

from annotate.models import Annotation
from oversight.models import Judgement, Preference, Query, Source
from oversight.people.services.tokens import make_token
from tests.annotate.records import make_reviewed_pair
from tests.factories import make_member, make_query, make_response

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def preferences(campaign):
    for number in range(3):
        query = make_query(campaign, f"What is {number} + 1?")
        Preference.objects.create(
            campaign=campaign,
            query=query,
            chosen=make_response(query, f"{number + 1} “yes”\n"),
            rejected=make_response(query, "0"),
            source=Source.PERSON,
        )
    return campaign


def test_a_list_turns_its_own_pages(oversight, campaign):
    for number in range(7):
        make_query(campaign, f"q{number}")
    rows = list(oversight.campaign("maths").rows("queries", page_size=3, fields=["id", "text"]))
    assert [row["text"] for row in rows] == [f"q{number}" for number in range(7)]
    assert rows[0].keys() == {"id", "text"}
    assert [row["slug"] for row in oversight.campaigns()] == ["maths"]
    assert oversight.campaign("maths").read()["slug"] == "maths"


def test_a_refusal_is_told_with_its_fields(oversight, installed):
    with pytest.raises(installed.OversightError, match="text") as caught:
        oversight.campaign("maths").add_queries([{"text": "Fine."}, {"text": ""}])
    assert caught.value.status == 400
    assert "text" in caught.value.errors[0].field
    with pytest.raises(installed.OversightError) as caught:
        list(oversight.campaign("none").rows("queries"))
    assert caught.value.status == 404
    with pytest.raises(ValueError, match="There is no list"):
        list(oversight.campaign("maths").rows("quarries"))


def test_what_fails_in_passing_is_sent_again_and_done_once(oversight, campaign):
    sent = []

    class Unsteady(httpx.HTTPTransport):
        def handle_request(self, request):
            sent.append(request.headers["idempotency-key"])
            answer = super().handle_request(request)
            if len(sent) == 1:
                answer.read()
                raise httpx.ReadError("the answer was lost", request=request)
            return answer

    oversight.http._transport = Unsteady()
    added = oversight.campaign("maths").add_queries([{"text": "Once?"}])
    assert len(sent) == 2
    assert len(set(sent)) == 1
    assert [row["text"] for row in added["created"]] == ["Once?"]
    assert Query.objects.count() == 1


def test_items_are_claimed_and_answered(oversight, installed, live_server, campaign):
    pair = make_reviewed_pair(campaign)
    token = make_token(user=pair.user)
    with installed.Client(live_server.url, token) as annotator:
        card = annotator.campaign("maths").claim()
        saved = annotator.answer(card, choice="A", strength=3, rationale="Shorter.")
        assert Annotation.objects.get().pk == saved["annotation"]
        assert Judgement.objects.get().strength == 3
        assert annotator.campaign("maths").claim() is None


def test_exports_come_in_every_form(oversight, preferences, tmp_path):
    export = oversight.campaign("maths").export("preferences")
    rows = list(export)
    assert [row["chosen"][0]["content"] for row in rows] == [f"{n + 1} “yes”\n" for n in range(3)]
    saved = export.save(tmp_path / "p.jsonl", progress=True)
    assert [json.loads(line) for line in saved.read_text().splitlines()] == rows
    assert export.save(tmp_path / "p.jsonl.gz").read_bytes()[:2] == b"\x1f\x8b"
    assert export.to_datasets().to_list() == rows
    assert export.to_polars()["source"].to_list() == ["person"] * 3
    assert list(export.to_pandas()["p_w"]) == [1.0] * 3
    assert sorted(path.name for path in tmp_path.iterdir()) == ["p.jsonl", "p.jsonl.gz"]


def test_a_download_of_a_snapshot_goes_on_where_it_broke_off(oversight, preferences, tmp_path):
    from oversight.data.services.snapshots import make_snapshot

    snapshot = make_snapshot(campaign=preferences)
    export = oversight.campaign("maths").export(snapshot=snapshot.sha256)
    whole = export.save(tmp_path / "whole.jsonl").read_bytes()
    etag = oversight.http.head(
        f"campaigns/maths/snapshots/{snapshot.sha256}/files/preferences.jsonl"
    ).headers["etag"]
    (tmp_path / "rest.jsonl.part").write_bytes(whole[:100])
    (tmp_path / "rest.jsonl.etag").write_text(etag)
    assert export.save(tmp_path / "rest.jsonl").read_bytes() == whole
    (tmp_path / "other.jsonl.part").write_bytes(b"of something else")
    (tmp_path / "other.jsonl.etag").write_text('"other"')
    assert export.save(tmp_path / "other.jsonl").read_bytes() == whole


def test_what_is_refused_leaves_no_file(oversight, installed, preferences, tmp_path):
    with pytest.raises(installed.OversightError):
        oversight.campaign("maths").export("nonsense").save(tmp_path / "x.jsonl")
    with pytest.raises(ValueError, match="Say a format"):
        oversight.campaign("maths").export().save(tmp_path / "x")
    assert list(tmp_path.iterdir()) == []


def test_it_is_awaited_under_the_same_names(installed, live_server, preferences, tmp_path):
    token = make_token(user=make_member(preferences, "owner"))

    async def work():
        async with installed.AsyncClient(live_server.url, token) as oversight:
            campaign = oversight.campaign("maths")
            await campaign.add_queries([{"text": "Awaited?"}])
            texts = [row["text"] async for row in campaign.rows("queries", page_size=2)]
            rows = [row async for row in campaign.export()]
            saved = await campaign.export().save(tmp_path / "p.parquet")
            return texts, rows, saved

    texts, rows, saved = asyncio.run(work())
    assert texts[-1] == "Awaited?"
    assert len(rows) == 3
    assert saved.read_bytes()[:4] == b"PAR1"


def test_both_clients_have_the_same_names(installed):
    def names(kind):
        return {name for name in dir(kind) if not name.startswith("_")}

    assert names(installed.Client) == names(installed.AsyncClient)
    assert names(installed.Campaign) - names(installed.AsyncCampaign) == set()
