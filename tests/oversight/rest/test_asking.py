"""Filters, fields and pages: what is not known is refused by name."""

import pytest

from tests.factories import make_campaign, make_query
from tests.oversight.rest.clients import client_of_role, url

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign():
    return make_campaign(slug="maths")


@pytest.fixture
def engineer(campaign):
    return client_of_role(campaign, "engineer")


def asked(client, campaign, query, name="api-queries", *args):
    return client.get(url(name, campaign, *args) + query)


def errors(response):
    assert response.status_code == 400
    return {each["field"]: each["detail"] for each in response.json()["errors"]}


def test_filters(campaign, engineer):
    make_query(campaign, split="held_out", node="sums")
    row = make_query(campaign, node="sums", origin="person")
    make_query(campaign)
    rows = asked(engineer, campaign, "?split=train&node=sums&origin=person").json()["results"]
    assert [each["id"] for each in rows] == [row.pk]


def test_an_unknown_filter_is_named_with_those_that_there_are(campaign, engineer):
    words = errors(asked(engineer, campaign, "?splitt=train"))["splitt"]
    assert all(name in words for name in ("split", "cursor", "page_size", "fields"))


@pytest.mark.parametrize("query", ["?splitt=train", "?cursor=x", "?page_size=5", "?split=train"])
def test_one_thing_is_not_filtered(campaign, engineer, query):
    row = make_query(campaign)
    assert asked(engineer, campaign, query, "api-query", row.pk).status_code == 400


def test_a_change_has_no_parameters(campaign, engineer):
    address = url("api-queries", campaign) + "?split=train"
    assert engineer.post(address, {"text": "One?"}, format="json").status_code == 400


@pytest.mark.parametrize(
    "query",
    ["?split=both", "?split=", "?split=train&split=train", "?page_size=1&page_size=2", "?fields="],
)
def test_a_wrong_value_is_refused(campaign, engineer, query):
    assert len(errors(asked(engineer, campaign, query))) == 1


@pytest.mark.parametrize("size", ["0", "-1", "1001", "x", "", "1e3", "٣", "9" * 5000])
def test_a_wrong_page_size_is_refused_in_words(campaign, engineer, size):
    make_query(campaign)
    words = errors(asked(engineer, campaign, f"?page_size={size}"))["page_size"]
    assert "1 to 1000" in words


@pytest.mark.parametrize(("name", "ids"), [("api-queries", False), ("api-query", True)])
def test_only_the_fields_that_were_asked_for(campaign, engineer, name, ids):
    row = make_query(campaign)
    answer = asked(engineer, campaign, "?fields=id,node", name, *([row.pk] if ids else [])).json()
    shown = answer if ids else answer["results"][0]
    assert shown == {"id": row.pk, "node": ""}


def test_an_unknown_field_is_named_with_those_that_there_are(campaign, engineer):
    words = errors(asked(engineer, campaign, "?fields=id,reference"))["fields"]
    assert "“reference”" in words
    assert "text_sha256" in words


def test_pages_hold_still_while_rows_are_added(campaign, engineer):
    rows = [make_query(campaign).pk for _ in range(5)]
    page = asked(engineer, campaign, "?page_size=2&fields=id").json()
    seen = [each["id"] for each in page["results"]]
    while page["next"]:
        rows.append(make_query(campaign).pk) if len(rows) < 7 else None
        page = engineer.get(page["next"]).json()
        seen += [each["id"] for each in page["results"]]
        assert len(page["results"]) <= 2
    assert seen == rows


def test_the_way_back(campaign, engineer):
    rows = [make_query(campaign).pk for _ in range(3)]
    second = engineer.get(asked(engineer, campaign, "?page_size=2").json()["next"]).json()
    first = engineer.get(second["previous"]).json()
    assert [each["id"] for each in first["results"]] == rows[:2]
