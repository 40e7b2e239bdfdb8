"""Records over REST: what they show, and what they keep back."""

import json

import pytest
from django.urls import reverse

from oversight.models import Campaign, CrossQuestion, Judgement, ReviewItem
from tests.factories import make_campaign, make_user
from tests.oversight.api.world import make_world
from tests.oversight.rest.clients import client_of, client_of_role, url

pytestmark = pytest.mark.django_db
LISTS = [
    *("api-queries", "api-responses", "api-critiques", "api-judgements", "api-preference-pages"),
    *("api-snapshots", "api-rounds", "api-versions", "api-training-runs", "api-evaluations"),
    *("api-items", "api-members", "api-principles", "api-cross-questions"),
]


@pytest.fixture
def world():
    return make_world()


@pytest.fixture
def admin(world):
    return client_of_role(world.campaign, "owner")


def rows(client, world, name, query=""):
    response = client.get(url(name, world.campaign) + query)
    assert response.status_code == 200, response.content
    return response.json()["results"]


@pytest.mark.parametrize("name", LISTS)
def test_a_list_has_the_campaigns_own_rows_and_one_shape(world, admin, name):
    other = make_campaign()
    mine = rows(admin, world, name)
    assert mine
    theirs = client_of_role(other, "owner").get(url(name, other)).json()["results"]
    if name != "api-members":  # its admin
        assert theirs == []
    detail = {"api-queries": "query", "api-responses": "response", "api-critiques": "critique"}
    if one := detail.get(name):
        shown = admin.get(url(f"api-{one}", world.campaign, world.known[f"{one}_id"])).json()
        assert shown in mine


@pytest.mark.parametrize("name", LISTS)
def test_a_list_asks_the_database_the_same_however_many_rows(world, admin, name):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    rows(admin, world, name)
    with CaptureQueriesContext(connection) as queries:
        rows(admin, world, name)
    assert len(queries) <= 6  # token, campaign, role, rows, and two that go with them


@pytest.mark.fault("care")
def test_what_is_kept_back(world, admin):
    ReviewItem.objects.update(kind="gold", expected="b")
    everything = "".join(admin.get(url(name, world.campaign)).content.decode() for name in LISTS)
    assert '"expected"' not in everything
    assert '"reference"' not in everything
    assert '"reasoning"' not in everything
    assert '"is_marked_correct"' not in everything


@pytest.mark.fault("care")
def test_who_judged_is_a_pseudonym_that_stays(world, admin):
    judge = Judgement.objects.get().user
    [shown] = rows(admin, world, "api-judgements")
    exported = admin.get("/api/v1/campaigns/maths/datasets/judgements.jsonl").streaming_content
    assert json.loads(b"".join(exported))["annotator"] == shown["annotator"]
    assert judge.username not in str(shown)
    again = rows(admin, world, "api-judgements")
    assert again[0]["annotator"] == shown["annotator"]


def test_filters_of_judgements_and_items(world, admin):
    item = world.known["item_id"]
    assert len(rows(admin, world, "api-judgements", f"?item_id={item}&is_standing=true")) == 1
    assert rows(admin, world, "api-judgements", f"?item_id={item + 1}") == []
    assert rows(admin, world, "api-judgements", "?source=critic") == []
    assert rows(admin, world, "api-judgements", "?is_standing=false") == []
    assert len(rows(admin, world, "api-items", "?round=1&kind=pairwise&state=open")) == 1
    assert rows(admin, world, "api-items", "?round=2") == []


@pytest.mark.parametrize("value", ["0", "-1", "x", str(2**63), "9" * 5000, "1.5", "٣x"])
def test_an_id_that_is_none_is_refused(world, admin, value):
    response = admin.get(url("api-items", world.campaign) + f"?query_id={value}")
    assert response.status_code == 400


def test_a_critique_comes_with_its_comments(world, admin):
    [critique] = rows(admin, world, "api-critiques")
    assert [each["severity"] for each in critique["comments"]] == ["minor"]


def test_staff_make_a_campaign_with_its_settings():
    body = {"slug": "sums", "name": "Sums", "taxonomy": ["a", "a", "b"], "audit_share": 0.3}
    staff = client_of(make_user(is_staff=True))
    made = staff.post(reverse("api-campaigns"), body, format="json")
    assert made.status_code == 201, made.content
    campaign = Campaign.objects.get(slug="sums")
    assert (campaign.basics.taxonomy, campaign.routing.audit_share) == (["a", "b"], 0.3)
    assert campaign.members.get().role == "owner"
    again = staff.post(reverse("api-campaigns"), body, format="json")
    assert again.status_code == 400
    assert again.json()["errors"][0]["field"] == "slug"


def test_others_make_none():
    person = client_of(make_user())
    body = {"slug": "sums", "name": "Sums"}
    assert person.post(reverse("api-campaigns"), body, format="json").status_code == 403
    reader = client_of(make_user(is_staff=True), scopes=["read"])
    assert reader.post(reverse("api-campaigns"), body, format="json").status_code == 403
    assert not Campaign.objects.exists()


@pytest.mark.parametrize(
    ("group", "body", "field"),
    [
        ("rounds", {"queries_per_round": 0}, "queries_per_round"),
        ("rounds", {"beta": 0.1}, "beta"),
        ("basics", {"slug": "x"}, "slug"),
        ("basics", {"taxonomy": "a"}, "taxonomy"),
        ("basics", {"name": " "}, "name"),
        ("measuring", {"hidden_share": 0.6, "blind_first_share": 0.6}, "blind_first_share"),
        ("care", {"harm_by_category": {"a": "awful"}}, "harm_by_category.a"),
        ("routing", {"always_ask": ["whim"]}, "always_ask.0"),
        ("updates", {"schedule_at": "25:00"}, "schedule_at"),
        *(
            pytest.param(group, {name: value}, name, marks=pytest.mark.fault("lost-fields"))
            for group, name, value in [
                ("updates", "schedule_at", "2" * 400),
                ("updates", "schedule_at", "222222222"),
                ("updates", "schedule_at", "03:00Z"),
                ("updates", "schedule_at", 3),
                ("routing", "audit_share", True),
                ("training", "learning_rate", True),
                ("rounds", "temperature", True),
            ]
        ),
        ("training", {"loss": None}, "loss"),
    ],
)
def test_a_wrong_setting_is_named(world, admin, group, body, field):
    address = url(f"api-settings-{group}", world.campaign)
    refused = admin.patch(address, body, format="json", headers={"If-Match": "*"})
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["field"] == field


def test_people_are_added_and_removed(world, admin):
    address = url("api-members", world.campaign)
    added = admin.post(address, {"username": "newcomer", "role": "engineer"}, format="json")
    assert added.status_code == 201
    again = admin.post(address, {"username": "newcomer", "role": "engineer"}, format="json")
    assert again.status_code == 409
    nobody = admin.post(address, {"username": "nobody", "role": "engineer"}, format="json")
    assert nobody.json()["errors"][0]["field"] == "username"
    one = url("api-member", world.campaign, added.json()["id"])
    assert admin.delete(one).status_code == 204
    assert admin.delete(one).status_code == 404
    [last] = rows(admin, world, "api-members", "?role=owner")
    assert admin.delete(url("api-member", world.campaign, last["id"])).status_code == 409


def test_what_was_asked_again_has_its_answer_and_what_was_said_of_that(world, admin):
    [row] = rows(admin, world, "api-cross-questions", "?outcome=contradicts")
    assert (row["claim"], row["text"], row["domain"]) == ("It is 9.", "How many?", "arithmetic")
    assert (row["version"], row["answer"]["text"]) == (None, "Ten.")
    assert row["answer"]["verdict"]["outcome"] == "contradicts"
    assert "reasoning" not in row["answer"]
    assert rows(admin, world, "api-cross-questions", "?outcome=agrees") == []
    about = f"?response_id={world.known['response_id']}"
    assert rows(admin, world, "api-cross-questions", about) == [row]


def test_a_question_that_nobody_answered_has_no_answer(world, admin):
    question = CrossQuestion.objects.get()
    CrossQuestion.objects.create(
        round=question.round, response=question.response, number=2, domain="arithmetic"
    )
    assert [row["answer"] is None for row in rows(admin, world, "api-cross-questions")] == [
        False,
        True,
    ]
