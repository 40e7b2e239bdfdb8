"""What follows where nobody can answer any more: a closed review, a withdrawn item."""

import pytest
from django.db import IntegrityError, InternalError, transaction

from oversight.data.selectors.preferences import standing_preferences
from oversight.feedback.services.settling import lock_item, settle_item, withdraw_item
from oversight.learning.services.gate_evidence import false_accepts
from oversight.loop.selectors.progress import judgement_counts
from oversight.loop.services.cancellation import cancel_round
from oversight.loop.services.rounds import close_review
from oversight.models import (
    ItemState,
    Judgement,
    Preference,
    ResponseRating,
    Source,
    Withdrawal,
)
from oversight.trust.selectors.critique_effect import first_known_answers
from oversight.trust.selectors.judged_pairs import repeated_answers
from tests.factories import make_campaign, make_item, make_round, make_user, make_version

pytestmark = [pytest.mark.django_db, pytest.mark.fault("corrections")]


@pytest.fixture
def item():
    campaign = make_campaign()
    return make_item(campaign, annotators=2, round=make_round(make_version(campaign)))


def answer(item, choice="a", **fields):
    return Judgement.objects.create(
        query=item.query, response_a=item.response_a, response_b=item.response_b, item=item,
        source=Source.PERSON, user=make_user(), choice=choice, **fields,
    )  # fmt: skip


def settle(item):
    with transaction.atomic():
        return settle_item(item=lock_item(item.pk))


def closed(item):
    answer(item), answer(item)
    assert settle(item)
    item.refresh_from_db()
    assert item.state == ItemState.CLOSED
    return item


def test_a_closed_review_keeps_the_answers_that_were_given(item):
    answer(item)
    untouched = make_item(item.campaign, round=item.round)
    close_review(round=item.round)
    item.refresh_from_db(), untouched.refresh_from_db()
    assert (item.state, item.withdrawn_because) == (ItemState.CLOSED, "")
    assert item.closed_at is not None
    assert Preference.objects.get().chosen == item.response_a
    assert untouched.state == ItemState.WITHDRAWN
    assert untouched.withdrawn_because == Withdrawal.REVIEW_CLOSED


def test_a_cancelled_round_keeps_the_answers_that_were_given(item):
    answer(item)
    cancel_round(round=item.round, reason="wrong model", cancelled_by=make_user())
    item.refresh_from_db()
    assert item.state == ItemState.CLOSED
    assert Preference.objects.get().chosen == item.response_a


def test_nobody_is_asked_to_decide_after_the_review_was_closed():
    campaign = make_campaign(is_adjudicated=True)
    item = make_item(campaign, annotators=3, round=make_round(make_version(campaign)))
    answer(item, "a"), answer(item, "b")
    close_review(round=item.round)
    item.refresh_from_db()
    assert item.state == ItemState.CLOSED
    assert not campaign.items.open().exists()
    assert not Preference.objects.exists()


def test_nothing_said_of_a_withdrawn_item_stands(item):
    closed(item)
    with transaction.atomic():
        withdraw_item(item=lock_item(item.pk))
    item.refresh_from_db()
    assert (item.state, item.withdrawn_because) == (ItemState.WITHDRAWN, Withdrawal.FAULT)
    last = Preference.objects.get(superseded_by=None)
    assert (last.weight, last.reason) == (0, "The item was withdrawn.")
    assert not standing_preferences(item.campaign).exists()
    assert not Judgement.objects.standing().exists()
    assert Judgement.objects.count() == 2
    assert judgement_counts(item.campaign).human == 0
    assert repeated_answers(item.campaign) == []


def test_a_withdrawn_gold_item_measures_nobody(item):
    gold = make_item(item.campaign, kind="gold", expected="a")
    answer(gold)
    assert first_known_answers(item.campaign).count() == 1
    with transaction.atomic():
        withdraw_item(item=lock_item(gold.pk))
    assert not first_known_answers(item.campaign).exists()


def test_scores_of_a_withdrawn_item_are_no_evidence_for_the_gate(item, monkeypatch):
    monkeypatch.setattr("oversight.learning.services.gate_evidence.score", lambda *said: 0.0)
    version = item.response_a.version
    judgement = closed(item).judgements.first()
    ResponseRating.objects.create(
        judgement=judgement, response=item.response_a, worst_flaw="none", overall=7
    )
    assert false_accepts(item.campaign, version, version)[0].flawed == 1
    with transaction.atomic():
        withdraw_item(item=lock_item(item.pk))
    assert false_accepts(item.campaign, version, version) is None


def test_settling_twice_changes_nothing(item):
    closed(item)
    assert not settle(item)
    assert Preference.objects.count() == 1


def root(of, **fields):
    values = {
        "campaign": of.campaign, "query": of.query, "source": "person", "item": of,
        "chosen": of.response_b, "rejected": of.response_a, **fields,
    }  # fmt: skip
    return Preference.objects.create(**values)


def test_the_database_allows_one_chain_for_each_item_and_pair(item):
    closed(item)
    with pytest.raises(IntegrityError), transaction.atomic():
        root(item)
    root(item, item=None)


@pytest.mark.parametrize("how", ["another item", "another pair", "no item"])
def test_a_chain_stays_with_its_item_and_pair(item, how):
    first = Preference.objects.get(item=closed(item))
    other = make_item(item.campaign, query=item.query)
    changed = {
        "another item": {"item": other},
        "another pair": {"rejected": other.response_a},
        "no item": {"item": None},
    }[how]
    with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
        root(item, supersedes=first, **changed)


def test_only_what_is_withdrawn_says_why(item):
    item.withdrawn_because = Withdrawal.FAULT
    with pytest.raises(IntegrityError), transaction.atomic():
        item.save()
