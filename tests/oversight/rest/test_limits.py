"""How often one may ask in a minute."""

from unittest.mock import Mock

import pytest
from django.core.cache import cache
from django.urls import reverse

from oversight.rest import limits
from tests.factories import make_campaign, make_member
from tests.oversight.rest.clients import client_of, url

pytestmark = pytest.mark.django_db
CAMPAIGNS = "api-campaigns"


@pytest.fixture(autouse=True)
def two_a_minute(settings, monkeypatch):
    """One minute that does not end while a test runs."""
    settings.REST_LIMITS = {"reads": 2, "writes": 1}
    monkeypatch.setattr(limits.time, "time", lambda: 1_000_000 * 60 + 20.0)
    cache.clear()


@pytest.fixture
def campaign():
    return make_campaign(slug="maths")


@pytest.fixture
def person(campaign):
    return make_member(campaign, "engineer")


def test_one_too_many_is_told_when_it_goes_on(person):
    client = client_of(person)
    answers = [client.get(reverse(CAMPAIGNS)) for _ in range(3)]
    assert [each.status_code for each in answers] == [200, 200, 429]
    assert [each["RateLimit-Remaining"] for each in answers] == ["1", "0", "0"]
    last = answers[-1]
    assert last["Content-Type"] == "application/problem+json"
    assert (last["Retry-After"], last["RateLimit-Reset"], last["RateLimit-Limit"]) == (
        *("40", "40"),
        "2",
    )
    assert "At most 2 reads in a minute" in last.json()["detail"]


def test_each_token_has_its_own_and_writes_are_counted_apart(campaign, person):
    first, second = client_of(person), client_of(person)
    for _ in range(3):
        first.get(reverse(CAMPAIGNS))
    assert second.get(reverse(CAMPAIGNS)).status_code == 200
    body = {"text": "One?"}
    sent = [first.post(url("api-queries", campaign), body, format="json") for _ in range(2)]
    assert [each.status_code for each in sent] == [201, 429]


def test_a_browser_is_counted_by_its_person(client, person):
    client.force_login(person)
    assert [client.get(reverse(CAMPAIGNS)).status_code for _ in range(3)] == [200, 200, 429]
    assert client_of(person).get(reverse(CAMPAIGNS)).status_code == 200


def test_the_next_minute_begins_anew(person, monkeypatch):
    client = client_of(person)
    for _ in range(3):
        client.get(reverse(CAMPAIGNS))
    monkeypatch.setattr(limits.time, "time", lambda: 1_000_001 * 60 + 0.0)
    assert client.get(reverse(CAMPAIGNS)).status_code == 200


def test_an_emptied_cache_begins_anew(person):
    client = client_of(person)
    for _ in range(3):
        client.get(reverse(CAMPAIGNS))
    cache.clear()
    assert client.get(reverse(CAMPAIGNS)).status_code == 200


def test_a_cache_that_is_emptied_between_two_steps_or_away_lets_in(person, monkeypatch):
    client = client_of(person)
    for error in (ValueError, ConnectionError):
        monkeypatch.setattr(limits, "cache", Mock(incr=Mock(side_effect=error)))
        assert [client.get(reverse(CAMPAIGNS)).status_code for _ in range(4)] == [200] * 4


def test_nobody_is_not_counted(client):
    assert [client.get(reverse(CAMPAIGNS)).status_code for _ in range(4)] == [401] * 4
