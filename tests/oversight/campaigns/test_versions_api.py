"""The versions of a group of settings, and the way back, over REST."""

import pytest

from oversight.campaigns.services.settings import change_settings
from tests.factories import make_campaign, make_member
from tests.oversight.rest.clients import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign():
    campaign = make_campaign(slug="maths")
    change_settings(campaign=campaign, audit_share=0.3)
    return campaign


@pytest.fixture
def admin(campaign):
    return client_of(make_member(campaign, "owner"))


def address(end, key="routing"):
    return f"/api/v1/campaigns/maths/settings/{key}/{end}"


def restore(admin, number, match="*", key="routing"):
    headers = {"If-Match": match} if match else {}
    return admin.post(address(f"versions/{number}/restore/", key), headers=headers)


def test_the_etag_is_the_number_and_the_list_has_them_all(admin):
    assert admin.get(address("")).headers["ETag"] == '"2"'
    rows = admin.get(address("versions/")).json()["results"]
    assert sorted((row["number"], row["values"]["audit_share"]) for row in rows) == [
        (1, 0.1),
        (2, 0.3),
    ]


def test_a_version_is_restored_as_a_new_one(admin, campaign):
    made = restore(admin, 1, '"2"')
    assert (made.status_code, made.json()["number"]) == (201, 3)
    campaign.refresh_from_db()
    assert campaign.routing.audit_share == 0.1


@pytest.mark.parametrize(
    ("number", "match", "key", "status"),
    [
        pytest.param(1, '"1"', "routing", 412, id="changed-meanwhile"),
        pytest.param(1, "", "routing", 428, id="no-version-named"),
        pytest.param(2, "*", "routing", 409, id="as-it-is"),
        pytest.param(7, "*", "routing", 404, id="no-such-version"),
        pytest.param(1, "*", "magic", 404, id="no-such-group"),
    ],
)
def test_it_is_refused(admin, campaign, number, match, key, status):
    assert restore(admin, number, match, key).status_code == status
    campaign.refresh_from_db()
    assert campaign.routing.number == 2


def test_a_change_over_rest_says_who_made_it(admin, campaign):
    admin.patch(address(""), {"audit_share": 0.4}, format="json", headers={"If-Match": '"2"'})
    latest = campaign.settings_versions.get(group="routing", number=3)
    assert latest.made_by == campaign.members.get().user
