"""Every error of REST is a problem (RFC 9457) that names the field and the mend."""

import json

import pytest
from django.db import DataError
from django.test import Client
from django.urls import reverse

from oversight.errors import InvalidCampaign, WrongState
from tests.factories import make_campaign, make_query
from tests.oversight.rest.clients import client_of_role, url

pytestmark = pytest.mark.django_db
QUERIES = "api-queries"


@pytest.fixture
def campaign():
    return make_campaign(slug="maths")


@pytest.fixture
def engineer(campaign):
    return client_of_role(campaign, "engineer")


def problem(response, status):
    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"
    body = json.loads(response.content)
    assert body["status"] == status
    assert body["title"]
    assert body["detail"]
    assert body["type"] == "about:blank"
    return body


def test_a_wrong_field_is_named_wherever_it_is(campaign, engineer):
    rows = [{"text": "One?"}, {"text": 5}]
    body = problem(engineer.post(url(QUERIES, campaign), rows, format="json"), 400)
    assert [(each["field"], each["code"]) for each in body["errors"]] == [("1.text", "invalid")]
    assert body["code"] == "invalid"


def test_an_unknown_field_of_a_body_is_named_with_what_there_is(campaign):
    admin = client_of_role(campaign, "owner")
    sent = {"username": "ada", "roll": "owner", "role": "owner"}
    body = problem(admin.post(url("api-members", campaign), sent, format="json"), 400)
    assert body["errors"][0]["field"] == "roll"
    assert "username, role" in body["errors"][0]["detail"]


@pytest.mark.parametrize("path", ["/api/", "/api/v1/", "/api/v1/none/", "/api/v2/campaigns/"])
def test_an_unknown_address(engineer, path):
    assert "/api/v1/docs/" in problem(engineer.get(path), 404)["detail"]


def test_nobody_and_another_method_and_another_media_type(campaign, engineer):
    address = url(QUERIES, campaign)
    nobody = Client().get(address)
    assert problem(nobody, 401)["code"] == "not_authenticated"
    assert nobody["WWW-Authenticate"] == "Token"
    assert problem(engineer.put(address), 405)["code"] == "method_not_allowed"
    assert problem(engineer.options(address), 405)
    assert problem(engineer.post(address, "<a/>", content_type="text/xml"), 415)
    assert problem(engineer.get(address, headers={"Accept": "text/csv"}), 406)
    assert problem(engineer.post(address, "{", content_type="application/json"), 400)


@pytest.mark.parametrize("charset", ["bogus", "utf-16"])
def test_what_is_refused_before_any_view(campaign, engineer, charset):
    kind = f"application/json; charset={charset}"
    assert problem(engineer.post(url(QUERIES, campaign), "{}", content_type=kind), 415)
    assert problem(engineer.get(url(QUERIES, campaign) + "?cursor=%00"), 400)


def test_errors_of_a_stream_are_problems_too(campaign, engineer):
    accept = {"Accept": "application/x-ndjson"}
    response = engineer.get(url("api-preferences", campaign) + "?after_id=x", headers=accept)
    assert problem(response, 400)["errors"][0]["field"] == "after_id"


@pytest.mark.parametrize(
    ("error", "status"),
    [
        pytest.param(WrongState("it ended"), 409, id="wrong-state"),
        pytest.param(InvalidCampaign("no learner"), 409, id="campaign"),
        pytest.param(DataError("out of range"), 400, id="no-column-holds-it"),
        pytest.param(RuntimeError("secret path"), 500, id="ours"),
    ],
)
def test_what_is_raised_on_the_way(campaign, engineer, monkeypatch, error, status):
    def fail(**_):
        raise error

    monkeypatch.setattr("oversight.data.api.queries.take_in_queries", fail)
    engineer.raise_request_exception = False
    response = engineer.post(url(QUERIES, campaign), {"text": "One?"}, format="json")
    assert "secret" not in problem(response, status)["detail"]


def test_what_middleware_lets_fall_is_a_problem(engineer, monkeypatch):
    def fail(*_, **__):
        raise RuntimeError

    monkeypatch.setattr("oversight.web.line_ends.LineEndMiddleware.process_view", fail)
    engineer.raise_request_exception = False
    problem(engineer.get(reverse("api-campaigns")), 500)


def test_a_wrong_csrf_token_is_a_problem(campaign):
    make_query(campaign)
    from tests.factories import make_member

    browser = Client(enforce_csrf_checks=True)
    browser.force_login(make_member(campaign, "engineer"))
    response = browser.post(url(QUERIES, campaign), "{}", content_type="application/json")
    assert "CSRF" in problem(response, 403)["detail"]
