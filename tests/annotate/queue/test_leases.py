from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from annotate.errors import AlreadyAnswered, ItemGone
from annotate.models import Assignment, AssignmentState
from annotate.queue.services.leases import (
    lease_ahead,
    lease_next,
    release_expired_leases,
    skip_assignment,
)
from annotate.tasks import release_expired_leases as release_task
from oversight.models import ItemState, MemberRole
from tests.annotate.records import make_reviewed_pair
from tests.factories import make_campaign, make_item, make_member, make_user, set_settings

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign():
    return make_campaign()


def expire(assignment):
    Assignment.objects.filter(pk=assignment.pk).update(
        expires_at=timezone.now() - timedelta(minutes=1)
    )


def test_it_leases_by_priority_then_age(campaign):
    first, urgent, last = (make_item(campaign, priority=priority) for priority in (1.0, 2.0, 1.0))
    leased = [lease_next(user=make_member(campaign), campaign=campaign).item for _ in range(3)]
    assert leased == [urgent, first, last]


def test_it_takes_a_seat_for_the_minutes_of_the_campaign(campaign):
    set_settings(campaign, lease_minutes=7)
    item = make_item(campaign, annotators=2)
    assignment = lease_next(user=make_member(campaign), campaign=campaign)
    item.refresh_from_db()
    assert item.seats_free == 1
    assert assignment.expires_at - assignment.leased_at == pytest.approx(
        timedelta(minutes=7), abs=timedelta(seconds=1)
    )


def test_a_person_keeps_one_lease_at_a_time(campaign):
    make_item(campaign), make_item(campaign)
    user = make_member(campaign)
    assert lease_next(user=user, campaign=campaign) == lease_next(user=user, campaign=campaign)
    assert Assignment.objects.count() == 1


def test_an_admin_may_annotate_too(campaign):
    make_item(campaign)
    user = make_member(campaign, MemberRole.OWNER)
    make_member(campaign, MemberRole.ANNOTATOR, user)
    assert lease_next(user=user, campaign=campaign)


@pytest.mark.parametrize("role", [MemberRole.ENGINEER, None])
def test_others_get_nothing(campaign, role):
    make_item(campaign)
    user = make_member(campaign, role) if role else make_user(is_superuser=True)
    assert lease_next(user=user, campaign=campaign) is None


@pytest.mark.parametrize(
    "fields",
    [
        {"state": ItemState.CLOSED},
        {"state": ItemState.WITHDRAWN},
        {"seats_free": 0},
    ],
    ids=str,
)
def test_what_is_not_on_offer_is_not_leased(campaign, fields):
    make_item(campaign, **fields)
    assert lease_next(user=make_member(campaign), campaign=campaign) is None


def test_both_orders_are_drawn(campaign):
    orders = set()
    for _ in range(20):
        make_item(campaign)
        orders.add(lease_next(user=make_member(campaign), campaign=campaign).order_shown)
    assert orders == {"ab", "ba"}


def test_the_sweep_frees_the_seat_once(campaign):
    item = make_item(campaign)
    assignment = lease_next(user=make_member(campaign), campaign=campaign)
    assert release_expired_leases() == 0
    expire(assignment)
    assert [release_expired_leases(), release_expired_leases()] == [1, 0]
    item.refresh_from_db()
    assignment.refresh_from_db()
    assert (item.seats_free, assignment.state) == (1, AssignmentState.EXPIRED)


def test_the_task_sweeps(campaign):
    make_item(campaign)
    assignment = lease_next(user=make_member(campaign), campaign=campaign)
    expire(assignment)
    release_task()
    assignment.refresh_from_db()
    assert assignment.state == AssignmentState.EXPIRED


def test_an_expired_lease_is_renewed_with_its_order(campaign):
    make_item(campaign)
    user = make_member(campaign)
    assignment = lease_next(user=user, campaign=campaign)
    for _ in range(8):  # a fresh draw would differ in one of these, but for 1 time in 256
        expire(assignment)
        release_expired_leases()
        again = lease_next(user=user, campaign=campaign)
        assert (again.pk, again.order_shown) == (assignment.pk, assignment.order_shown)
        assert again.state == AssignmentState.LEASED
    again.item.refresh_from_db()
    assert again.item.seats_free == 0


def test_an_overdue_lease_that_nobody_swept_is_still_the_persons(campaign):
    item = make_item(campaign)
    user = make_member(campaign)
    assignment = lease_next(user=user, campaign=campaign)
    expire(assignment)
    again = lease_next(user=user, campaign=campaign)
    assert again == assignment
    assert again.expires_at > timezone.now()
    item.refresh_from_db()
    assert item.seats_free == 0


def test_a_skipped_item_goes_to_somebody_else(campaign):
    item = make_item(campaign)
    user = make_member(campaign)
    assignment = lease_next(user=user, campaign=campaign)
    skip_assignment(assignment=assignment, reason="too long")
    skip_assignment(assignment=assignment, reason="again")
    item.refresh_from_db()
    assignment.refresh_from_db()
    assert (item.seats_free, assignment.reason) == (1, "too long")
    assert lease_next(user=make_member(campaign), campaign=campaign).item == item
    assert lease_next(user=user, campaign=campaign) is None


def test_a_closed_item_cannot_be_skipped_and_does_not_hold_the_person(campaign):
    item, other = make_item(campaign, priority=1), make_item(campaign)
    user = make_member(campaign)
    assignment = lease_next(user=user, campaign=campaign)
    item.state = ItemState.WITHDRAWN
    item.save()
    with pytest.raises(ItemGone):
        skip_assignment(assignment=assignment)
    assert lease_next(user=user, campaign=campaign).item == other


def test_what_was_judged_cannot_be_skipped():
    pair = make_reviewed_pair()
    assignment = pair.lease()
    Assignment.objects.filter(pk=assignment.pk).update(state=AssignmentState.SUBMITTED)
    with pytest.raises(AlreadyAnswered):
        skip_assignment(assignment=assignment)


def test_who_runs_the_campaign_is_told_what_people_hold(campaign):
    set_settings(campaign, lease_minutes=7)
    item = make_item(campaign)

    def story(role):
        client = Client()
        client.force_login(make_member(campaign, role))
        return client.get(reverse("campaign", args=[campaign.slug])).text

    assert "has an item open" not in story(MemberRole.OWNER)
    assignment = lease_next(user=make_member(campaign), campaign=campaign)
    assert assignment.item == item
    html = story(MemberRole.OWNER)
    assert "1 person has an item open" in html
    assert "whoever opened one has 7 minutes to answer it" in html
    assert "has an item open" not in story(MemberRole.OBSERVER)
    make_item(campaign)
    assert lease_ahead(assignment=assignment)
    assert "1 person has an item open" in story(MemberRole.OWNER)
    campaign.items.update(state=ItemState.WITHDRAWN)
    assert "has an item open" not in story(MemberRole.OWNER)
    campaign.items.update(state=ItemState.OPEN)
    Assignment.objects.all().update(expires_at=timezone.now() - timedelta(minutes=1))
    assert "has an item open" not in story(MemberRole.OWNER)
