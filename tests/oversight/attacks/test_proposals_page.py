"""Proposed weaknesses on the map's page and over REST: told, accepted, left out."""

import pytest
from django.urls import reverse
from rest_framework.test import APIClient

from oversight.models import WeaknessProposal
from tests.factories import make_member, make_query, make_version, set_settings
from tests.oversight.judging import make_round
from tests.oversight.page_fixtures import admin, campaign

__all__ = ["admin", "campaign"]  # fixtures

pytestmark = pytest.mark.django_db


@pytest.fixture
def proposal(campaign):
    set_settings(campaign, taxonomy=["ages"])
    round_ = make_round(campaign, None)
    failed = make_query(campaign, "What is left over?", round=round_, node="ages")
    return WeaknessProposal.objects.create(
        round=round_,
        version=make_version(campaign, "attacker"),
        name="Shared <b>leftovers</b>",
        why="It forgets them.",
        failures=[failed.pk],
        prompt_hash="h",
        raw_text="raw",
    )


def map_page(client, campaign):
    return client.get(reverse("weaknesses", args=[campaign.slug])).content.decode()


def decide(client, proposal, decision):
    campaign = proposal.round.campaign
    address = reverse("weakness-decide", args=[campaign.slug, proposal.pk])
    return client.post(address, {"decision": decision}, follow=True).content.decode()


def test_the_map_tells_what_is_proposed_and_that_nobody_confirmed_it(admin, campaign, proposal):
    html = map_page(admin, campaign)
    assert "Nobody has confirmed it" in html
    assert "Shared &lt;b&gt;leftovers&lt;/b&gt;" in html
    assert "What is left over?" in html


def test_accepting_makes_it_a_kind(admin, campaign, proposal):
    html = decide(admin, proposal, "accept")
    assert "is a kind of question from the next round on" in html
    campaign.basics.refresh_from_db()
    assert campaign.basics.taxonomy == ["ages", proposal.name]
    assert "What became of earlier proposals" in html
    assert "was decided already" in decide(admin, proposal, "accept")


def test_leaving_it_out_changes_nothing_else(admin, campaign, proposal):
    assert "is left out, and not proposed again" in decide(admin, proposal, "reject")
    campaign.basics.refresh_from_db()
    assert campaign.basics.taxonomy == ["ages"]


def test_the_same_over_rest(campaign, proposal):
    client = APIClient()
    client.force_authenticate(make_member(campaign, "manager"))
    address = f"/api/v1/campaigns/{campaign.slug}/weaknesses/proposals/"
    listed = client.get(address).json()
    assert [(row["name"], row["state"]) for row in listed] == [(proposal.name, "open")]
    body = {"is_accepted": True}
    decided = client.post(f"{address}{proposal.pk}/", body, format="json")
    assert decided.json()["state"] == "accepted", decided.content
    campaign.basics.refresh_from_db()
    assert campaign.basics.taxonomy == ["ages", proposal.name]
    assert client.post(f"{address}{proposal.pk}/", body, format="json").status_code == 409


def test_an_annotator_may_not_decide(client, campaign, proposal):
    client.force_login(make_member(campaign))
    address = reverse("weakness-decide", args=[campaign.slug, proposal.pk])
    assert client.post(address, {"decision": "accept"}).status_code == 403
