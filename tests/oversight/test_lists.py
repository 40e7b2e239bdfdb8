"""Lists of a million rows rest on indexes of some rows alone, which only a plan for the values uses."""

import pytest
from django.db import connection
from django.urls import reverse

from oversight.lists import planned_anew
from oversight.models import ReviewItem
from tests.factories import make_campaign, make_item, make_member

pytestmark = pytest.mark.django_db
OFTEN = 15  # a statement is prepared from its sixth time on


def kept(words):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_prepared_statements WHERE strpos(statement, %s) > 0", [words]
        )
        return cursor.fetchone()[0]


def ask(number):
    return list(ReviewItem.objects.open().filter(seats_free__gt=0, priority=number))


def test_a_plan_is_kept_of_what_is_asked_often():
    for _ in range(OFTEN):
        ask(1)
    assert kept('"oversight_reviewitem"."priority" =')


def test_none_is_kept_of_what_is_planned_anew():
    for _ in range(OFTEN):
        with planned_anew():
            list(ReviewItem.objects.filter(expected="x"))
    assert not kept('"oversight_reviewitem"."expected" =')
    assert connection.connection.prepare_threshold is not None


@pytest.mark.parametrize("name", ["campaign", "annotate:people", "annotate:reviews"])
def test_the_pages_of_a_campaign_are_planned_anew(client, name):
    campaign = make_campaign(slug="maths")
    make_item(campaign)
    client.force_login(make_member(campaign, "owner"))
    address = reverse(name, args=[campaign.slug])
    before = kept("oversight_round")
    for _ in range(OFTEN):
        assert client.get(address).status_code == 200
    assert kept("oversight_round") == before


def test_rest_lists_are_planned_anew(client):
    campaign = make_campaign(slug="maths")
    client.force_login(make_member(campaign, "owner"))
    words = 'ORDER BY "oversight_reviewitem"."id"'
    before = kept(words)
    for _ in range(OFTEN):
        assert client.get(f"/api/v1/campaigns/{campaign.slug}/items/").status_code == 200
    assert kept(words) == before
