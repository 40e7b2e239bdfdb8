"""Which items come to the board, and by whom."""

import pytest
from django.urls import reverse

from annotate.models import Assignment, Flag, ItemToConsider, Review
from annotate.queue.services.leases import lease_next
from annotate.review.services.choosing import ask_for_review, choose_reviews
from oversight.errors import WrongState
from oversight.feedback.services.settling import lock_item, withdraw_item
from oversight.models import ActItem, ItemFacts, ItemKind, Notification
from oversight.pages.services.act_kinds import act_kinds
from oversight.pages.services.acts import begin_act
from oversight.people.services.news import spread_news
from tests.annotate.review.conftest import make_answered, submit
from tests.factories import make_campaign, make_item, make_member, make_user

pytestmark = pytest.mark.django_db


def reasons():
    return [row.reasons for row in Review.objects.order_by("pk")]


def test_as_it_is_made_nothing_is_chosen_and_nothing_noted():
    make_answered("ab")
    assert not ItemToConsider.objects.exists()
    assert choose_reviews() == 0


def test_what_people_disagree_on_is_chosen_once():
    campaign = make_campaign(reviews_disagreement=True)
    one = make_answered("ab", campaign=campaign)
    make_answered("aa", campaign=campaign, query_text="Another?")
    assert choose_reviews() == 1
    assert choose_reviews() == 0
    review = Review.objects.get()
    assert (review.item, review.reasons, review.propensity) == (one.item, ["disagreement"], None)
    assert [(move.kind, move.by) for move in review.moves.all()] == [("chosen", None)]
    spread_news()
    (told,) = Notification.objects.filter(user=one.reviewer)
    assert (told.kind, told.text) == ("review.waiting", "An item waits for a review")
    assert told.url == reverse("annotate:reviews", args=[campaign.slug])


def test_a_known_answer_that_was_missed():
    campaign = make_campaign(reviews_gold_missed=True)
    make_answered("a", campaign=campaign, kind=ItemKind.GOLD, expected="a")
    make_answered("b", campaign=campaign, kind=ItemKind.GOLD, expected="a", query_text="Another?")
    choose_reviews()
    assert reasons() == [["gold_missed"]]


def test_the_first_answers_of_each_person():
    campaign = make_campaign(review_first=1)
    first = make_answered("a", campaign=campaign)
    make_item(campaign)
    first.answer(first.people[0], "a")
    choose_reviews()
    assert [row.item for row in Review.objects.all()] == [first.item]


def test_what_was_flagged_and_answered_all_the_same():
    answered = make_answered("a", campaign=make_campaign(reviews_flagged=True))
    other = Assignment.objects.create(
        item=answered.item,
        campaign=answered.campaign,
        annotator=make_user(),
        state="skipped",
        expires_at=answered.item.created_at,
    )
    Flag.objects.create(assignment=other, kind="other", reason="?")
    choose_reviews()
    assert reasons() == [["flagged"]]


def test_a_random_share_keeps_its_propensity():
    campaign = make_campaign(review_share=1.0)
    make_answered("a", campaign=campaign)
    choose_reviews()
    review = Review.objects.get()
    assert (review.reasons, review.is_random, review.propensity) == (["random"], True, 1.0)


def test_what_another_rule_chose_has_the_propensity_too():
    campaign = make_campaign(review_share=1e-9, reviews_disagreement=True)
    make_answered("ab", campaign=campaign)
    choose_reviews()
    review = Review.objects.get()
    assert (review.is_random, review.propensity) == (False, 1e-9)


def test_what_programs_answered_is_chosen_by_no_rule():
    campaign = make_campaign(review_share=1.0)
    item = make_item(campaign)
    robot = make_member(campaign, user=make_user(is_simulated=True))
    submit(lease_next(user=robot, campaign=campaign), "a")
    assert ItemToConsider.objects.get().item == item
    assert choose_reviews() == 0


def test_it_is_asked_for_by_hand(answered):
    review = ask_for_review(item_id=answered.item.pk, by=answered.reviewer, note="Odd.")
    assert (review.reasons, review.state) == (["by_hand"], "todo")
    assert answered.ask() == review
    assert [(move.by, move.note) for move in review.moves.all()] == [(answered.reviewer, "Odd.")]


def test_what_is_open_or_answered_by_nobody_is_not_reviewed(answered):
    with pytest.raises(WrongState, match="closed items alone"):
        ask_for_review(item_id=make_item(answered.campaign).pk, by=answered.reviewer)
    with pytest.raises(WrongState, match="nobody has answered"):
        ask_for_review(
            item_id=make_item(answered.campaign, state="closed").pk, by=answered.reviewer
        )


def test_a_review_ends_with_its_item(answered):
    review = answered.claim()
    withdraw_item(item=lock_item(answered.item.pk))
    assert choose_reviews() == 1
    review.refresh_from_db()
    assert (review.state, review.outcome) == ("adjudicated", "withdrawn")


def test_many_are_asked_for_at_once(answered):
    chosen = ItemFacts.objects.filter(item__in=[answered.item.pk])
    act = begin_act(
        campaign=answered.campaign,
        kind=act_kinds()["review"],
        chosen=chosen,
        expected=1,
        user=answered.reviewer,
        reason="Look.",
    )
    assert ActItem.objects.get(act=act).outcome == "done"
    assert Review.objects.get().moves.get().note == "Look."
