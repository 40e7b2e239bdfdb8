"""Two people who cannot agree are decided between by a third."""

from uuid import uuid4

import pytest

from annotate.queue.services.leases import lease_next
from annotate.work.services.submissions import submit_annotation
from oversight.asking.selectors.reviews import is_adjudicated
from oversight.models import (
    Choice,
    ItemKind,
    ItemState,
    Preference,
    Query,
    ReviewItem,
    RoutingDecision,
)
from oversight.trust.policies.annotators.repeats import Answer
from oversight.trust.selectors.judged_pairs import judged_pairs, repeated_answers
from tests.factories import make_campaign, make_item, make_member, make_version
from tests.oversight.judging import add_pair, make_round

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign():
    return make_campaign(is_adjudicated=True)


def judge(campaign, user, choice, **fields):
    return submit_annotation(
        assignment=lease_next(user=user, campaign=campaign),
        submission=uuid4(), choice=choice, strength=2 if choice in "ab" else None, verdicts={},
        **fields,
    )  # fmt: skip


def judged(campaign, *choices, **fields):
    """An item that was judged so, and the one that adjudicates it, if any."""
    item = make_item(campaign, annotators=len(choices), **fields)
    people = [make_member(campaign) for _ in choices]
    for person, choice in zip(people, choices, strict=True):
        judge(campaign, person, choice)
    item.refresh_from_db()
    return item, ReviewItem.objects.filter(adjudicates=item).first(), people


def test_somebody_else_decides_where_two_are_level(campaign):
    item, decisive, people = judged(campaign, "a", "b")
    assert item.state == ItemState.CLOSED
    assert (decisive.kind, decisive.response_ids) == (ItemKind.ADJUDICATION, item.response_ids)
    assert all(lease_next(user=person, campaign=campaign) is None for person in people)
    judge(campaign, make_member(campaign), Choice.B)
    assert is_adjudicated(item)
    preference = Preference.objects.get()
    assert (preference.chosen_id, preference.rejected_id) == (
        item.response_b_id,
        item.response_a_id,
    )


@pytest.mark.parametrize("choices", ["aa", "aab", ["tie", "both_bad"], ["a", "tie"], "a"])
def test_nobody_is_asked_where_there_is_no_disagreement_to_settle(campaign, choices):
    assert judged(campaign, *choices)[1] is None


def test_nobody_is_asked_where_the_campaign_does_not_want_it():
    assert judged(make_campaign(), "a", "b")[1] is None


def test_an_adjudication_is_not_adjudicated_nor_is_gold(campaign):
    assert judged(campaign, "a", "b", kind=ItemKind.GOLD, expected="a")[1] is None
    assert judged(campaign, "a", "b", kind=ItemKind.ADJUDICATION)[1] is None


def test_what_was_adjudicated_stands_against_a_later_correction(campaign):
    item, _, people = judged(campaign, "a", "b")
    judge(campaign, make_member(campaign), Choice.B)
    mine = item.assignments.get(annotator=people[1])
    submit_annotation(
        assignment=mine, submission=uuid4(), choice=Choice.A, strength=2, verdicts={},
        corrects=mine.annotations.get().pk,
    )  # fmt: skip
    assert Preference.objects.get().chosen_id == item.response_b_id


def test_the_adjudicators_word_is_the_last_of_a_pair_and_of_its_audit(campaign):
    round_ = make_round(campaign, make_version(campaign, "critic"))
    decision = add_pair(round_, 0.9)
    RoutingDecision.objects.filter(pk=decision.pk).update(is_random=True, outcome="human")
    query = Query.objects.get(pk=decision.query_id)
    sides = {"response_a": decision.response_a, "response_b": decision.response_b}
    judged(campaign, "a", "b", query=query, decision=decision, round=round_, **sides)
    assert judged_pairs(campaign, round_.critic)[0].human == "tie"
    third = make_member(campaign)
    judge(campaign, third, Choice.B)
    assert judged_pairs(campaign, round_.critic)[0].human == "b"
    answers = repeated_answers(campaign)[0]
    assert answers[-1] == Answer(str(third.pk), prefers_a=False, is_final=True)
    assert [answer.is_final for answer in answers] == [False, False, True]
