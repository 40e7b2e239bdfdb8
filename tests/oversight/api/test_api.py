"""REST: who may, what comes back, and that the schema says so."""

import json

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from rest_framework.test import APIClient

from oversight.data.services.snapshots import make_snapshot
from oversight.models import Preference, Query, Round, Source, Split, Stage, WorkUnit
from oversight.people.services.tokens import make_token
from tests.factories import (
    make_campaign,
    make_item,
    make_member,
    make_query,
    make_response,
    make_user,
    make_version,
)

pytestmark = pytest.mark.django_db
READABLE = ["api-campaign", "api-queries", "api-rounds", "api-versions"]
PAGES_OF = {"api-queries": "campaign-queries", "api-preferences": "campaign-preferences"}


@pytest.fixture
def campaign():
    return make_campaign(slug="maths")


def client_of(user):
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {make_token(user=user)}")
    return client


@pytest.fixture
def engineer(campaign):
    return client_of(make_member(campaign, "engineer"))


@pytest.fixture
def annotator(campaign):
    return client_of(make_member(campaign, "annotator"))


def url(name, campaign, *args):
    return reverse(name, args=[campaign.slug, *args])


def make_preference(campaign, **fields):
    query = make_query(campaign)
    return Preference.objects.create(
        campaign=campaign,
        query=query,
        chosen=make_response(query),
        rejected=make_response(query, "Another."),
        **{"source": Source.PERSON, **fields},
    )


def arguments_of(name, campaign):
    """What stands in its address besides the campaign."""
    if name == "api-round":
        return [1]
    if name == "api-dataset":
        return ["kto.csv.gz"]
    if not name.startswith("api-snapshot") or name == "api-snapshots":
        return []
    sha256 = make_snapshot(campaign=campaign).sha256
    more = {"diff": [sha256], "about": ["README.md"], "file": ["preferences.parquet"]}
    return [sha256, *more.get(name.rpartition("-")[2], [])]


def test_the_schema_is_valid_and_raises_no_warning(tmp_path):
    out = tmp_path / "schema.yml"
    call_command("spectacular", file=str(out), validate=True, fail_on_warn=True)
    assert "/api/v1/campaigns/{slug}/preferences/" in out.read_text()


@pytest.mark.parametrize("name", [*READABLE, "api-preferences"])
def test_anonymous_and_wrong_tokens_get_401(campaign, name):
    wrong = APIClient()
    wrong.credentials(HTTP_AUTHORIZATION="Token 0123")
    for client in (APIClient(), wrong):
        assert client.get(url(name, campaign)).status_code == 401


@pytest.mark.parametrize("name", [*READABLE, "api-preferences"])
def test_a_stranger_gets_404(campaign, name):
    stranger = client_of(make_user(is_staff=True))
    assert stranger.get(url(name, campaign)).status_code == 404


@pytest.mark.fault("care")
@pytest.mark.parametrize("name", PAGES_OF)
@pytest.mark.parametrize("role", ["owner", "reviewer", "engineer", "annotator"])
def test_pages_and_addresses_let_in_the_same_people(campaign, name, role):
    member, browser = make_member(campaign, role), Client()
    browser.force_login(member)
    status = client_of(member).get(url(name, campaign)).status_code
    assert browser.get(url(PAGES_OF[name], campaign)).status_code == status


@pytest.mark.parametrize("name", [*READABLE, "api-preferences"])
@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_other_methods_are_not_allowed(campaign, engineer, name, method):
    assert getattr(engineer, method)(url(name, campaign)).status_code == 405


def test_the_list_has_ones_own_campaigns(campaign, engineer):
    make_campaign()
    rows = engineer.get(reverse("api-campaigns")).json()["results"]
    assert [row["slug"] for row in rows] == ["maths"]


def test_a_superuser_sees_all(campaign):
    make_campaign()
    boss = client_of(make_user(is_superuser=True))
    assert len(boss.get(reverse("api-campaigns")).json()["results"]) == 2


def test_a_campaign_keeps_labels_apart_by_source(campaign, engineer):
    make_preference(campaign)
    make_preference(campaign, source=Source.SIMULATED)
    data = engineer.get(url("api-campaign", campaign)).json()
    assert data["preferences"] == {"human": 1, "simulated": 1, "critic": 0, "checker": 0}
    assert data["active_versions"]["learner"].startswith("learner@")


def test_lists_take_the_same_number_of_queries_however_long(
    campaign, engineer, django_assert_max_num_queries
):
    for number in range(1, 6):
        learner = make_version(campaign, active=False)
        Round.objects.create(
            campaign=campaign, number=number, plan={}, seed=1, learner=learner, stage=Stage.DONE,
            finished_at="2026-01-01T00:00Z",
        )  # fmt: skip
        make_query(campaign)
    engineer.get(reverse("api-campaigns"))  # the token's first use is noted
    for name in ("api-rounds", "api-versions", "api-queries"):
        with django_assert_max_num_queries(4):
            assert len(engineer.get(url(name, campaign)).json()["results"]) >= 5


def test_references_are_never_shown(campaign, engineer):
    make_query(campaign, reference="SECRET")
    assert "SECRET" not in engineer.get(url("api-queries", campaign)).content.decode()


def test_one_query_is_added(campaign, engineer):
    response = engineer.post(
        url("api-queries", campaign), {"text": " One?", "node": "kind"}, format="json"
    )
    query = Query.objects.get()
    assert response.status_code == 201
    assert response.json()["created"][0]["id"] == query.pk
    assert (query.text, query.origin, query.node) == (" One?", "person", "kind")
    assert query.written_by is not None


def test_several_are_added_and_duplicates_reported(campaign, engineer):
    old = make_query(campaign, "One?")
    response = engineer.post(
        url("api-queries", campaign),
        [{"text": "Two?"}, {"text": "One?"}, {"text": "Two?"}],
        format="json",
    )
    data = response.json()
    new = Query.objects.exclude(pk=old.pk).get()
    assert response.status_code == 201
    assert data["duplicates"] == [
        {"index": 1, "query_id": old.pk},
        {"index": 2, "query_id": new.pk},
    ]


@pytest.mark.fault("identity")
def test_texts_that_differ_in_form_are_added_each_and_contradictions_said(campaign, engineer):
    old = make_query(campaign, "What is 25 - 5?", reference="20")
    rows = [
        {"text": "What is 2⁵ - 5?", "reference": "27"},
        {"text": "What is 25 - 5?", "reference": "27", "node": "sums"},
    ]
    data = engineer.post(url("api-queries", campaign), rows, format="json").json()
    old.refresh_from_db()
    assert [row["text"] for row in data["created"]] == ["What is 2⁵ - 5?"]
    assert data["conflicts"] == [
        {"index": 1, "query_id": old.pk, "field": "reference", "kept": "20", "brought": "27"}
    ]
    assert (old.reference, old.node) == ("20", "sums")


@pytest.mark.fault("lost-fields")
@pytest.mark.parametrize("is_list", [False, True])
def test_a_field_that_there_is_not_is_refused_rather_than_lost(campaign, engineer, is_list):
    body = {"text": "One?", "split": "held_out"}
    sent = [{"text": "Two?"}, body] if is_list else body
    response = engineer.post(url("api-queries", campaign), sent, format="json")
    assert response.status_code == 400
    [error] = response.json()["errors"]
    assert (error["field"], "no such field" in error["detail"]) == (
        "1.split" if is_list else "split",
        True,
    )
    assert not Query.objects.exists()


def test_a_query_sent_twice_is_one_query(campaign, engineer):
    for status in (201, 200):
        response = engineer.post(url("api-queries", campaign), {"text": "One?"}, format="json")
        assert response.status_code == status
    assert Query.objects.count() == 1


def test_a_query_like_a_held_out_one_is_held_out(campaign, engineer):
    from oversight.campaigns.services.queries import cluster_of

    make_query(campaign, "What is 1 + 1?", cluster=cluster_of("What is 1 + 1?"), split="held_out")
    engineer.post(url("api-queries", campaign), {"text": "What is 3 + 4?"}, format="json")
    assert Query.objects.latest("pk").split == Split.HELD_OUT


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("{", id="not-json"),
        pytest.param(b"\xff", id="not-utf8"),
        pytest.param("[" * 100_000, id="deep"),
        pytest.param("[]", id="empty-list"),
        pytest.param("5", id="number"),
        pytest.param("null", id="null"),
        pytest.param("[[]]", id="list-of-lists"),
        pytest.param("{}", id="missing"),
        pytest.param('{"text": 5}', id="wrong-type"),
        pytest.param('{"text": ["a"]}', id="list-for-text"),
        pytest.param('{"text": "  "}', id="blank"),
        pytest.param(json.dumps({"text": "a\0"}), id="nul"),
        pytest.param('{"text": "\\ud800"}', id="surrogate"),
        pytest.param(json.dumps({"text": "a" * 100_001}), id="long"),
        pytest.param(json.dumps({"text": "a", "node": "n" * 201}), id="long-node"),
        pytest.param(json.dumps([{"text": "good"}, {"text": ""}]), id="one-bad-of-two"),
        pytest.param(json.dumps([{"text": str(n)} for n in range(1001)]), id="too-many"),
    ],
)
def test_bad_bodies_are_refused_whole(campaign, engineer, body):
    response = engineer.post(url("api-queries", campaign), body, content_type="application/json")
    assert response.status_code == 400
    assert not Query.objects.exists()


def test_a_body_without_end_is_refused(campaign, engineer, monkeypatch):
    monkeypatch.setattr("oversight.rest.parsers.MAX_BODY_BYTES", 10)
    response = engineer.post(url("api-queries", campaign), {"text": "long enough"}, format="json")
    assert response.status_code == 413


def test_only_json_is_taken(campaign, engineer):
    response = engineer.post(url("api-queries", campaign), {"text": "a"}, format="multipart")
    assert response.status_code == 415


def test_annotators_add_no_queries_and_export_nothing(campaign, annotator):
    response = annotator.post(url("api-queries", campaign), {"text": "One?"}, format="json")
    assert response.status_code == 403
    assert annotator.get(url("api-preferences", campaign)).status_code == 403


def test_a_stranger_adds_nothing(campaign):
    stranger = client_of(make_user())
    response = stranger.post(url("api-queries", campaign), {"text": "One?"}, format="json")
    assert response.status_code == 404
    assert not Query.objects.exists()


def test_a_session_needs_its_csrf_token(campaign):
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(make_member(campaign, "engineer"))
    response = client.post(url("api-queries", campaign), {"text": "One?"}, format="json")
    assert response.status_code == 403


def lines(response):
    return [json.loads(line) for line in b"".join(response.streaming_content).splitlines()]


def test_preferences_stream_as_json_lines(campaign, engineer):
    first, second = make_preference(campaign), make_preference(campaign, source=Source.CRITIC)
    response = engineer.get(url("api-preferences", campaign))
    assert response["Content-Type"] == "application/x-ndjson"
    assert [row["id"] for row in lines(response)] == [first.pk, second.pk]
    critic = engineer.get(url("api-preferences", campaign), {"source": "critic"})
    assert [row["id"] for row in lines(critic)] == [second.pk]
    after = engineer.get(url("api-preferences", campaign), {"after_id": first.pk})
    assert [row["id"] for row in lines(after)] == [second.pk]
    unsure = make_preference(campaign, p_w=0.6, p_l=0.4)
    believed = lines(engineer.get(url("api-preferences", campaign), {"believed": 0.7}))
    assert unsure.pk not in {row["id"] for row in believed}
    assert len(believed) == 2


def test_clients_may_ask_for_json_lines_by_name(campaign, engineer):
    response = engineer.get(url("api-preferences", campaign), HTTP_ACCEPT="application/x-ndjson")
    assert response.status_code == 200


@pytest.mark.parametrize(
    "words",
    [
        {"sourc": "critic"},
        {"source": "me"},
        {"after_id": "x"},
        {"after_id": -1},
        {"after_id": 2**64},
        {"believed": 1.5},
    ],
)
def test_wrong_filters_are_refused(campaign, engineer, words):
    assert engineer.get(url("api-preferences", campaign), words).status_code == 400


def test_the_stream_asks_the_database_the_same_however_many_rows(
    campaign, engineer, django_assert_num_queries
):
    for _ in range(7):
        make_preference(campaign)
    stream = url("api-preferences", campaign)
    list(engineer.get(stream).streaming_content)  # the token's first use is noted
    with django_assert_num_queries(4):  # token, campaign, role, rows
        assert len(lines(engineer.get(url("api-preferences", campaign)))) == 7


def test_a_round_shows_its_stages(campaign, engineer):
    round_ = Round.objects.create(
        campaign=campaign, number=3, plan={}, seed=1, learner=make_version(campaign),
        stage=Stage.REVIEW,
    )  # fmt: skip
    WorkUnit.objects.create(round=round_, stage=Stage.RESPOND, index=0, state="done")
    WorkUnit.objects.create(
        round=round_, stage=Stage.RESPOND, index=1, state="failed", error="no model"
    )
    make_item(campaign, round=round_, state="closed", seats_free=0)
    make_item(campaign, round=round_)
    data = engineer.get(url("api-round", campaign, 3)).json()
    stages = {stage["stage"]: stage for stage in data["stages"]}
    assert data["stage"] == "review"
    assert (stages["respond"]["done"], stages["respond"]["total"]) == (1, 2)
    assert stages["respond"]["failed_reasons"] == ["no model"]
    assert (stages["review"]["done"], stages["review"]["total"]) == (1, 2)
    assert engineer.get(url("api-round", campaign, 4)).status_code == 404


@pytest.mark.fault("export")
@pytest.mark.parametrize("name", ["api-preferences", "api-step-labels", "api-critique-ratings"])
def test_head_says_what_get_would_and_reads_nothing(campaign, engineer, annotator, name):
    make_preference(campaign)
    with CaptureQueriesContext(connection) as queries:
        response = engineer.head(url(name, campaign))
    assert (response.status_code, response.streaming) == (200, False)
    assert response["Content-Type"] == "application/x-ndjson"
    read = [each["sql"] for each in queries]
    assert not any("oversight_preference" in sql or "oversight_judgement" in sql for sql in read)
    assert engineer.head(url(name, campaign), {"after_id": "x"}).status_code == 400
    assert annotator.head(url(name, campaign)).status_code == 403
