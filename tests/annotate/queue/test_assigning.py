"""Items that are given to one person come to that person first, and are lost by nobody."""

from datetime import timedelta

import pytest
from django.utils import timezone

from annotate.models import Assignment
from annotate.queue.services.leases import lease_next, release_expired_leases
from oversight.models import ActItem, ItemFacts, ReviewItem
from oversight.pages.services.act_kinds import act_kinds
from oversight.pages.services.acts import begin_act, preview
from tests.annotate.records import make_reviewed_pair
from tests.factories import make_item, make_member, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair():
    return make_reviewed_pair(priority=-1)


def assign(campaign, person, *items):
    chosen = ItemFacts.objects.filter(item__in=[item.pk for item in items])
    kind = act_kinds()["assign"]
    return begin_act(
        campaign=campaign,
        kind=kind,
        chosen=chosen,
        expected=preview(kind, chosen).items,
        user=make_user(),
        values={"person": person.pk, "username": person.username},
    )


def outcome(act, item):
    return ActItem.objects.get(act=act, item=item).outcome


def test_it_comes_to_that_person_first_and_to_nobody_else(pair):
    make_item(pair.campaign, priority=5)
    act = assign(pair.campaign, pair.user, pair.item)
    assert (act.state, outcome(act, pair.item)) == ("done", "done")
    assert lease_next(user=pair.another(), campaign=pair.campaign).item_id != pair.item.pk
    mine = lease_next(user=pair.user, campaign=pair.campaign)
    assert mine.item_id == pair.item.pk
    assert mine.expires_at < timezone.now() + timedelta(hours=1), "it came up: a lease like any"


def test_what_is_not_answered_in_time_goes_to_others(pair):
    assign(pair.campaign, pair.user, pair.item)
    Assignment.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    assert release_expired_leases() == 1
    assert lease_next(user=pair.another(), campaign=pair.campaign).item_id == pair.item.pk


def test_who_has_had_it_or_may_not_annotate_is_not_given_it(pair):
    pair.lease()
    ReviewItem.objects.filter(pk=pair.item.pk).update(annotators=2, seats_free=1)
    act = assign(pair.campaign, pair.user, pair.item)
    assert outcome(act, pair.item) == "the person has had it already"
    act = assign(pair.campaign, make_member(pair.campaign, "engineer"), pair.item)
    assert "does not annotate here" in outcome(act, pair.item)
    assert ReviewItem.objects.get(pk=pair.item.pk).seats_free == 1


def test_a_taken_seat_is_not_given(pair):
    pair.lease()
    act = assign(pair.campaign, pair.another(), pair.item)
    assert not act.items.exists()


def test_who_could_not_agree_does_not_decide(pair):
    pair.lease()
    decision = make_item(
        pair.campaign, kind="adjudication", adjudicates=pair.item, query=pair.item.query
    )
    act = assign(pair.campaign, pair.user, decision)
    assert outcome(act, decision) == "the person has had it already"
