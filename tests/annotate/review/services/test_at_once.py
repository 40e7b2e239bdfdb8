"""Two people at once, on real connections: one is told, and nothing is lost."""

import pytest

from annotate.errors import AnswersChanged
from annotate.models import Annotation, Review, ReviewState
from annotate.review.selectors.standing import seen, standing_answers
from annotate.review.services.choosing import choose_reviews
from annotate.review.services.deciding import accept, correct
from annotate.review.services.holding import claim_review
from oversight.errors import WrongState
from oversight.models import Judgement
from tests.annotate.queue.test_concurrency import at_once
from tests.annotate.review.conftest import make_answered, submit
from tests.factories import make_campaign, make_member

pytestmark = pytest.mark.django_db(transaction=True)


def outcome_of(call, *refusals):
    try:
        return call()
    except refusals as error:
        return error


def test_two_reviewers_at_once():
    answered = make_answered()
    review = answered.ask()
    both = [answered.reviewer, make_member(answered.campaign, "reviewer")]

    def claim(user):
        return lambda: outcome_of(lambda: claim_review(review=review, user=user), WrongState)

    results = at_once(*map(claim, both))
    assert sorted(isinstance(each, WrongState) for each in results) == [False, True]
    assert Review.objects.get().moves.filter(kind="claimed").count() == 1


def test_a_decision_and_a_correction_of_the_answer_at_once():
    answered = make_answered()
    review, looked_at = answered.answered(), seen(standing_answers(answered.item))
    mine = Annotation.objects.get(judgement__user=answered.people[0])

    def decide():
        about = {"review": review, "by": answered.reviewer, "looked_at": looked_at}
        return outcome_of(lambda: accept(**about), AnswersChanged)

    decided, corrected = at_once(decide, lambda: submit(mine.assignment, "b", corrects=mine.pk))
    assert corrected.supersedes == mine
    is_over = Review.objects.get().state == ReviewState.ADJUDICATED
    assert is_over is not isinstance(decided, AnswersChanged)


def test_a_decision_sent_twice_at_once_is_one():
    answered = make_answered()
    review, looked_at = answered.answered(), seen(standing_answers(answered.item))

    def decide():
        said = {"review": review, "by": answered.reviewer, "looked_at": looked_at}
        return outcome_of(
            lambda: correct(**said, preference="6", rationale=""), WrongState, AnswersChanged
        )

    results = at_once(decide, decide)
    assert sum(isinstance(each, Review) for each in results) == 1
    assert Judgement.objects.filter(user=answered.reviewer).count() == 1


def test_workers_side_by_side_begin_each_review_once():
    campaign = make_campaign(reviews_disagreement=True)
    for number in range(3):
        make_answered(campaign=campaign, query_text=f"Question {number}?")
    assert sum(at_once(choose_reviews, choose_reviews)) == 3
    assert Review.objects.count() == 3
