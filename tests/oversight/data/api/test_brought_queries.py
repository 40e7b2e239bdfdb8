"""An attacker that runs elsewhere, over REST: it asks where to start, and posts what it wrote."""

import pytest
from django.urls import reverse

from oversight.data.api.serializers import NewQuerySerializer
from oversight.models import AuditEntry, Query
from tests.factories import make_query, set_settings
from tests.oversight.api.test_api import campaign, client_of, engineer, url

__all__ = ["campaign", "client_of", "engineer"]  # fixtures

pytestmark = pytest.mark.django_db


def post(client, campaign, rows):
    return client.post(url("api-queries", campaign), rows, format="json")


def test_starts_name_a_kind_and_a_query_of_it(campaign, engineer):
    set_settings(campaign, taxonomy=["facts"])
    make_query(campaign, "What of facts?", node="facts")
    make_query(campaign, "What is kept back?", node="facts", split="held_out")
    answer = engineer.get(url("api-attack-starts", campaign), {"queries": 5, "of_each": 3})
    assert [(row["start"], row["node"], row["wanted"], row["seed"]) for row in answer.json()] == [
        (1, "facts", 3, "What of facts?"),
        (2, "facts", 2, "What of facts?"),
    ]
    assert engineer.get(url("api-attack-starts", campaign), {"queries": 0}).status_code == 400


def test_a_programs_query_is_kept_as_its_own(campaign, engineer):
    rows = [
        {"text": "Mine?"},
        {"text": "Its?", "node": "facts", "brought_by": "tool 2", "strategy": "twist"},
    ]
    answer = post(engineer, campaign, rows)
    assert answer.status_code == 201
    assert [row["brought_by"] for row in answer.json()["created"]] == ["", "tool 2"]
    mine, its = Query.objects.order_by("pk")
    assert (mine.origin, its.origin, its.sampling) == ("person", "imported", {"strategy": "twist"})
    acts = AuditEntry.objects.filter(act__startswith="queries.").values_list("act", "details")
    assert sorted(acts) == [
        ("queries.added", {"count": 1}),
        ("queries.brought", {"count": 1, "program": "tool 2"}),
    ]
    found = engineer.get(url("api-queries", campaign), {"brought_by": "tool 2"}).json()
    assert [row["text"] for row in found["results"]] == ["Its?"]


def test_one_that_is_near_a_held_out_query_is_left_out_and_named(campaign, engineer):
    make_query(campaign, "What is kept back?", split="held_out")
    make_query(campaign, "There already?")
    rows = [
        {"text": "What is KEPT back?", "brought_by": "tool 2"},
        {"text": "There already?", "brought_by": "tool 2"},
        {"text": "what is kept BACK?"},
    ]
    answer = post(engineer, campaign, rows).json()
    assert answer["too_near"] == [0]
    assert [each["index"] for each in answer["duplicates"]] == [1]
    assert [row["split"] for row in answer["created"]] == ["held_out"]
    assert Query.objects.filter(brought_by="tool 2").count() == 0


def test_what_is_all_left_out_is_no_error(campaign, engineer):
    make_query(campaign, "What is kept back?", split="held_out")
    rows = [{"text": "What is KEPT back?", "brought_by": "tool 2"}]
    answer = post(engineer, campaign, rows)
    assert (answer.status_code, answer.json()["created"]) == (200, [])


def test_the_page_of_such_a_query_names_the_program(campaign, engineer, client, django_user_model):
    from tests.factories import make_member

    post(engineer, campaign, [{"text": "Its?", "brought_by": "tool 2", "strategy": "twist"}])
    client.force_login(make_member(campaign, "owner"))
    [query] = Query.objects.all()
    text = client.get(reverse("query", args=[campaign.slug, query.pk])).content.decode()
    assert "tool 2, a program outside (twist)" in text


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        pytest.param(" ", "", id="blank"),
        pytest.param("a\nb", "a b", id="two-lines"),
        pytest.param("x\x1b[31m", None, id="terminal"),
        pytest.param("\u202egnp", None, id="direction"),
    ],
)
@pytest.mark.parametrize("field", ["brought_by", "strategy"])
def test_names_are_one_line_of_what_prints(field, name, kept):
    sent = NewQuerySerializer(data={"text": "Its?", field: name})
    assert sent.is_valid() == (kept is not None)
    if kept is not None:
        assert sent.validated_data[field] == kept
