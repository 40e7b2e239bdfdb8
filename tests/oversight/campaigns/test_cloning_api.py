"""A campaign like another, and all its settings as a file, over REST."""

import pytest

from oversight.models import Campaign
from tests.factories import make_campaign, make_member, make_user
from tests.oversight.rest.clients import client_of

pytestmark = pytest.mark.django_db
ONE = "/api/v1/campaigns/maths/"


@pytest.fixture
def campaign():
    return make_campaign(slug="maths", name="Maths")


@pytest.fixture
def owner(campaign):
    return client_of(make_member(campaign, "owner"))


def test_a_campaign_is_made_like_another(campaign):
    staff = make_user(is_staff=True)
    make_member(campaign, "manager", user=staff)
    campaign.routing.audit_share = 0.3
    campaign.routing.save()
    body = {"slug": "second", "name": "Second", "like": "maths"}
    made = client_of(staff).post("/api/v1/campaigns/", body, format="json")
    assert made.status_code == 201
    assert Campaign.objects.get(slug="second").routing.audit_share == 0.3


def test_not_like_one_whose_settings_they_may_not_read(campaign):
    staff = make_user(is_staff=True)
    make_member(campaign, "observer", user=staff)
    body = {"slug": "second", "name": "Second", "like": "maths"}
    refused = client_of(staff).post("/api/v1/campaigns/", body, format="json")
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["field"] == "like"


def test_a_file_of_settings_is_read_and_sent_back(owner, campaign):
    read = owner.get(f"{ONE}settings/file/")
    text = read.json()["text"].replace("audit_share: 0.1", "audit_share: 0.4")
    sent = {"text": text}
    address, match = f"{ONE}settings/file/", {"If-Match": read.headers["ETag"]}
    changed = owner.patch(address, sent, format="json", headers=match)
    assert changed.status_code == 200
    campaign.refresh_from_db()
    assert campaign.routing.audit_share == 0.4
    assert changed.headers["ETag"] != read.headers["ETag"]
    stale = owner.patch(address, sent, format="json", headers=match)
    assert stale.status_code == 412
    assert owner.patch(address, sent, format="json").status_code == 428


def test_a_wrong_file_names_its_lines_and_changes_nothing(owner, campaign):
    sent = {"text": "rounds:\n  queries_per_round: many\nrouting:\n  audit_share: 0.4\n"}
    refused = owner.patch(f"{ONE}settings/file/", sent, format="json", headers={"If-Match": "*"})
    assert refused.status_code == 400
    assert "line 2: queries_per_round" in refused.json()["detail"]
    campaign.refresh_from_db()
    assert campaign.routing.audit_share == 0.1
