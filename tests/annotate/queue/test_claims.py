"""A claim takes one seat of the first item, however the database goes about it."""

import pytest
from django.db import connection

from annotate.queue.selectors.offers import Offer
from annotate.queue.services.claims import claim_item
from oversight.models import ReviewItem
from tests.factories import make_item

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("is_waiting", [True, False])
@pytest.mark.parametrize("is_analyzed", [True, False])
def test_it_takes_one_seat_by_any_plan(pair, is_waiting, is_analyzed):
    if is_analyzed:  # as a table of one row, on which the planner reads subqueries again and again
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE oversight_reviewitem")
    for priority in (3, 1, 2):
        make_item(pair.campaign, priority=priority)
    for priority in (3, 2, 1, 0):
        claim = claim_item(Offer(pair.user, pair.campaign), is_waiting=is_waiting)
        assert claim.item.priority == priority
        taken = ReviewItem.objects.filter(seats_free=0).order_by("priority")
        assert [item.priority for item in taken] == [*range(priority, 4)]
    assert claim_item(Offer(pair.user, pair.campaign), is_waiting=is_waiting) is None
