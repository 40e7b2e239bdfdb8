"""Each request is counted by its route: no id, no address."""

import pytest
from django.urls import reverse

from oversight.telemetry.metrics import REQUESTS
from tests.factories import make_campaign, make_member


def counted(*labels):
    return REQUESTS.labels(*labels)._value.get()


@pytest.mark.django_db
def test_a_page_counts_under_its_route(client):
    campaign = make_campaign()
    client.force_login(make_member(campaign, "owner"))
    labels = ("GET", "campaigns/<slug:slug>/", "200")
    before = counted(*labels)
    client.get(reverse("campaign", args=[campaign.slug]))
    assert counted(*labels) == before + 1


@pytest.mark.parametrize(("method", "told"), [("GET", "GET"), ("BREW", "other")])
def test_what_is_not_there_is_one_route(client, db, method, told):
    before = counted(told, "none", "404")
    client.generic(method, "/nowhere/at/all")
    assert counted(told, "none", "404") == before + 1
