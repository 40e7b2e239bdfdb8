"""Items of more than two answers in a round without a critic."""

import pytest

from oversight.feedback.services.preferences import conclude_item
from oversight.loop.stages import route
from oversight.models import Judgement, Preference, ReviewItem, Source
from tests.factories import (
    make_campaign,
    make_query,
    make_response,
    make_user,
    make_version,
    set_settings,
)
from tests.oversight.judging import make_round

pytestmark = pytest.mark.django_db


def routed(*texts, answers=4, critic=False, **plan):
    """The item of a round's one query, which was answered so; None where nobody is asked."""
    campaign = make_campaign()
    set_settings(campaign, answers_per_item=answers, audit_share=1.0)
    round_ = make_round(campaign, make_version(campaign, "critic") if critic else None, **plan)
    query = make_query(campaign, round=round_, slot=0)
    for text in texts:
        make_response(query, text, version=round_.learner)
    route.write(round_, 0, route.think(round_, 0))
    return ReviewItem.objects.first()


def texts_of(item):
    rows = [item.response_a, item.response_b, item.response_c, item.response_d]
    return [row.text for row in rows if row]


@pytest.mark.parametrize(
    ("texts", "answers", "shown"),
    [
        ("wxyz", 4, 4),
        ("wxyz", 3, 3),
        ("wxyz", 2, 2),
        ("uvwxyz", 4, 4),
        ("wxxw", 4, 2),
        ("wxxy", 4, 3),
    ],
)
def test_as_many_different_answers_as_the_plan_says_are_compared_at_once(texts, answers, shown):
    told = texts_of(routed(*texts, answers=answers))
    assert len(told) == len(set(told)) == shown


def test_with_a_critic_it_is_two_since_its_worth_is_told_by_pairs():
    assert len(texts_of(routed(*"wxyz", critic=True))) == 2


def test_what_was_written_anew_or_failed_is_not_among_them():
    campaign = make_campaign()
    set_settings(campaign, answers_per_item=4, audit_share=1.0)
    round_ = make_round(campaign, None)
    query = make_query(campaign, round=round_, slot=0)
    for text in "wx":
        make_response(query, text, version=round_.learner)
    make_response(query, "cut", version=round_.learner, finish_reason="error")
    make_response(query, "of another", version=make_version(campaign, active=False))
    make_response(query, "tried", version=round_.learner, purpose="evaluation", sample=0)
    route.write(round_, 0, route.think(round_, 0))
    assert sorted(texts_of(ReviewItem.objects.get())) == ["w", "x"]


def test_a_round_planned_before_there_was_the_setting_asks_for_pairs():
    campaign = make_campaign()
    round_ = make_round(campaign, None, audit_share=1.0)
    del round_.plan["answers_per_item"]
    query = make_query(campaign, round=round_, slot=0)
    for text in "xyz":
        make_response(query, text, version=round_.learner)
    route.write(round_, 0, route.think(round_, 0))
    assert len(texts_of(ReviewItem.objects.get())) == 2


def test_the_best_is_preferred_to_each_other():
    item = routed(*"wxyz")
    Judgement.objects.create(
        query=item.query,
        response_a=item.response_a,
        response_b=item.response_b,
        item=item,
        round=item.round,
        source=Source.PERSON,
        user=make_user(),
        choice="c",
    )
    conclude_item(item=item)
    chosen = Preference.objects.values_list("chosen", flat=True)
    assert list(chosen) == [item.response_c_id] * 3
