"""ETag, If-None-Match, If-Match: nobody writes over what they have not read."""

import pytest

from oversight.models import Principle
from tests.factories import make_campaign, make_query
from tests.oversight.rest.clients import client_of_role, url

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign():
    return make_campaign(slug="maths")


@pytest.fixture
def admin(campaign):
    return client_of_role(campaign, "owner")


@pytest.fixture
def address(campaign):
    return url("api-settings-rounds", campaign)


def change(client, address, body, **headers):
    return client.patch(address, body, format="json", headers=headers)


def test_what_was_read_is_changed(campaign, admin, address):
    etag = admin.get(address)["ETag"]
    response = change(admin, address, {"queries_per_round": 7}, **{"If-Match": etag})
    assert response.status_code == 200
    assert response.json()["queries_per_round"] == 7
    assert response["ETag"] == admin.get(address)["ETag"] != etag
    campaign.refresh_from_db()
    assert campaign.each_round.queries_per_round == 7


def test_what_was_changed_meanwhile_is_not(campaign, admin, address):
    etag = admin.get(address)["ETag"]
    assert change(admin, address, {"pool_share": 0.1}, **{"If-Match": etag}).status_code == 200
    late = change(admin, address, {"queries_per_round": 7}, **{"If-Match": etag})
    assert (late.status_code, late.json()["code"]) == (412, "changed")
    assert late["ETag"] == admin.get(address)["ETag"]
    campaign.refresh_from_db()
    assert campaign.each_round.queries_per_round != 7


def test_another_group_was_changed_and_this_one_was_not(campaign, admin, address):
    etag = admin.get(address)["ETag"]
    care = url("api-settings-care", campaign)
    assert change(admin, care, {"break_minutes": 5}, **{"If-Match": "*"}).status_code == 200
    assert change(admin, address, {"pool_share": 0.1}, **{"If-Match": etag}).status_code == 200


def test_without_if_match_nothing_is_changed(campaign, admin, address):
    response = change(admin, address, {"queries_per_round": 7})
    assert (response.status_code, response.json()["code"]) == (428, "match_required")


@pytest.mark.parametrize("words", ['"x"', 'W/"x", "y"'])
def test_another_version_is_refused(admin, address, words):
    assert change(admin, address, {"pool_share": 0.1}, **{"If-Match": words}).status_code == 412


def test_a_list_of_versions_and_a_weak_one_will_do(admin, address):
    etag = admin.get(address)["ETag"]
    words = f'"x", W/{etag}'
    assert change(admin, address, {"pool_share": 0.1}, **{"If-Match": words}).status_code == 200


def test_who_has_it_already_is_sent_nothing(campaign, admin):
    address = url("api-query", campaign, make_query(campaign).pk)
    etag = admin.get(address)["ETag"]
    again = admin.get(address, headers={"If-None-Match": etag})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", etag)
    assert admin.get(address, headers={"If-None-Match": '"x"'}).status_code == 200


def test_a_rule_has_a_new_version_and_the_former_stays(campaign, admin):
    rule = admin.post(url("api-principles", campaign), {"text": "Be right."}, format="json")
    assert rule.status_code == 201
    address = url("api-principle", campaign, 1)
    changed = change(admin, address, {"text": "Be true."}, **{"If-Match": rule["ETag"]})
    assert (changed.json()["version"], changed.json()["text"]) == (2, "Be true.")
    assert change(admin, address, {"text": "?"}, **{"If-Match": rule["ETag"]}).status_code == 412
    assert Principle.objects.get(version=1).text == "Be right."
    assert admin.delete(address).status_code == 204
    assert admin.delete(address).status_code == 409
    late = change(admin, address, {"text": "No."}, **{"If-Match": "*"})
    assert late.status_code == 409
