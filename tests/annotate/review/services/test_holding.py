"""Who has a review, and who may not have it."""

import pytest
from django.db import IntegrityError, transaction

from annotate.errors import NotTheirs
from annotate.models import Assignment, ReviewAnswer
from annotate.queue.services.leases import lease_next
from annotate.review.services.holding import answer_blind, claim_review, give_back
from annotate.team.services import pause_person
from oversight.errors import WrongState
from oversight.feedback.services.settling import lock_item, withdraw_item
from oversight.models import ReviewItem
from oversight.people.services.accounts import forget_person
from tests.annotate.review.conftest import said_by
from tests.factories import make_member

pytestmark = pytest.mark.django_db


def answer(review, user):
    return answer_blind(review=review, user=user, said=said_by("1"), order_shown="ab")


def test_it_is_taken_once_by_whoever_comes_first(answered):
    review = answered.claim()
    assert (review.state, review.reviewer) == ("in_review", answered.reviewer)
    assert claim_review(review=review, user=answered.reviewer).moves.count() == 2
    with pytest.raises(WrongState, match=f"{answered.reviewer.username} has taken it meanwhile"):
        claim_review(review=review, user=make_member(answered.campaign, "reviewer"))


def test_nobody_reviews_what_they_have_answered(answered):
    review, manager = answered.ask(), answered.people[0]
    make_member(answered.campaign, "manager", manager)
    with pytest.raises(NotTheirs):
        claim_review(review=review, user=manager)
    # Whatever the services say.
    with pytest.raises(IntegrityError, match="nobody reviews their own"), transaction.atomic():
        ReviewAnswer.objects.create(review=review, reviewer=manager, payload={}, order_shown="ab")


def test_nor_what_they_hold_or_have_decided(answered):
    review = answered.claim()
    decision = ReviewItem.objects.create(
        campaign=answered.campaign,
        kind="adjudication",
        adjudicates=answered.item,
        query=answered.item.query,
        response_a=answered.item.response_a,
        response_b=answered.item.response_b,
    )
    held = lease_next(user=answered.reviewer, campaign=answered.campaign)
    assert held.item == decision
    with pytest.raises(NotTheirs):
        answer(review, answered.reviewer)
    Assignment.objects.filter(pk=held.pk).update(state="skipped")
    answer(review, answered.reviewer)


def test_the_first_blind_answer_stands_and_is_never_changed(answered):
    review = answered.claim()
    first = answer(review, answered.reviewer)
    assert answer(review, answered.reviewer) == first
    with pytest.raises(Exception, match="append-only"), transaction.atomic():
        ReviewAnswer.objects.update(payload={})
    with pytest.raises(Exception, match="append-only"), transaction.atomic():
        review.moves.all().delete()


def test_who_does_not_have_it_does_not_answer(answered):
    review = answered.claim()
    with pytest.raises(NotTheirs):
        answer(review, make_member(answered.campaign, "reviewer"))


def test_who_has_reviewed_an_item_is_not_asked_about_it(answered):
    answered.answered()
    ReviewItem.objects.filter(pk=answered.item.pk).update(
        state="open", closed_at=None, annotators=3, seats_free=1
    )
    assert lease_next(user=answered.reviewer, campaign=answered.campaign) is None
    assert lease_next(user=make_member(answered.campaign), campaign=answered.campaign)


def test_it_is_given_back_by_who_has_it_or_runs_the_campaign(answered):
    review, other = answered.claim(), make_member(answered.campaign, "reviewer")
    with pytest.raises(NotTheirs):
        give_back(review=review, by=other)
    assert give_back(review=review, by=answered.reviewer).state == "todo"
    with pytest.raises(WrongState):
        give_back(review=review, by=answered.reviewer)
    claim_review(review=review, user=other)
    assert give_back(review=review, by=answered.reviewer, runs_campaign=True).reviewer is None


def test_somebody_else_takes_what_its_reviewer_left_behind(answered):
    review, other = answered.claim(), make_member(answered.campaign, "reviewer")
    forget_person(person=answered.reviewer)
    assert claim_review(review=review, user=other).reviewer == other


def test_who_is_paused_takes_nothing_and_what_they_have_is_others_to_take(answered):
    review, other = answered.ask(), make_member(answered.campaign, "reviewer")
    owner = make_member(answered.campaign, "owner")
    pause_person(campaign=answered.campaign, person=answered.reviewer, by=owner)
    with pytest.raises(NotTheirs, match="you are paused"):
        claim_review(review=review, user=answered.reviewer)
    claim_review(review=review, user=other)
    pause_person(campaign=answered.campaign, person=other, by=owner)
    assert claim_review(review=review, user=owner).reviewer == owner


def test_an_item_that_was_withdrawn_or_opened_meanwhile_is_not_reviewed(answered):
    review, other = answered.ask(), make_member(answered.campaign, "reviewer")
    ReviewItem.objects.filter(pk=answered.item.pk).update(state="open")
    with pytest.raises(WrongState, match="open again"):
        claim_review(review=review, user=other)
    withdraw_item(item=lock_item(answered.item.pk))
    with pytest.raises(WrongState, match="withdrawn meanwhile"):
        claim_review(review=review, user=other)
