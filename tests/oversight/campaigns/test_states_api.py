"""A campaign's state over REST, and what a program is told where it rests."""

import pytest

from oversight.models import Campaign, Source
from tests.factories import make_campaign, make_member, make_user, make_version
from tests.oversight.campaigns.services.test_deleting import judge
from tests.oversight.rest.clients import client_of

pytestmark = pytest.mark.django_db
ONE = "/api/v1/campaigns/maths/"


@pytest.fixture
def campaign():
    return make_campaign(slug="maths", name="Maths")


@pytest.fixture
def owner(campaign):
    return client_of(make_member(campaign, "owner"))


def post(client, end, **body):
    return client.post(f"{ONE}{end}/", body, format="json")


def test_it_moves_and_says_where_it_is(owner, campaign):
    moved = post(owner, "pause", reason="A holiday.")
    assert moved.status_code == 200
    assert (moved.json()["state"], moved.json()["state_reason"]) == ("paused", "A holiday.")
    assert owner.get(ONE).json()["state"] == "paused"
    again = post(owner, "pause", reason="A holiday.")
    assert (again.status_code, again.json()["code"]) == (409, "conflict")
    assert post(owner, "resume").status_code == 400


def test_a_round_of_a_paused_campaign_is_refused_in_a_word_for_programs(owner, campaign):
    make_version(campaign, backend="transformers")
    post(owner, "pause", reason="A holiday.")
    refused = post(owner, "rounds")
    assert (refused.status_code, refused.json()["code"]) == (409, "campaign_paused")


def test_a_finished_campaign_is_only_read(owner, campaign):
    post(owner, "finish", reason="Over.")
    refused = post(owner, "principles", text="Be right.")
    assert (refused.status_code, refused.json()["code"]) == (409, "campaign_finished")
    assert owner.get(f"{ONE}principles/").status_code == 200
    assert post(owner, "snapshots", name="All").json().get("code") != "campaign_finished"


@pytest.mark.parametrize(
    ("query", "slugs"),
    [
        ("", ["other"]),
        ("?is_archived=true", ["maths"]),
        ("?state=archived", ["maths"]),
        ("?state=active", ["other"]),
        ("?state=finished", []),
    ],
)
def test_archived_ones_are_listed_where_they_are_asked_for(owner, campaign, query, slugs):
    make_member(make_campaign(slug="other"), "owner", user=campaign.members.get().user)
    post(owner, "archive", reason="Over.")
    rows = owner.get(f"/api/v1/campaigns/{query}").json()["results"]
    assert [row["slug"] for row in rows] == slugs


def test_it_is_deleted_by_its_name_while_it_holds_no_labels(owner, campaign):
    assert post(owner, "delete", name="maths").status_code == 409
    label = judge(campaign, Source.PERSON, make_user())
    refused = post(owner, "delete", name="Maths")
    assert refused.status_code == 409
    assert "archive it" in refused.json()["detail"]
    assert label.query.campaign == campaign


def test_deleted_it_is_gone(owner, campaign):
    assert post(owner, "delete", name="Maths").status_code == 204
    assert not Campaign.objects.filter(slug="maths").exists()
    assert owner.get(ONE).status_code == 404
