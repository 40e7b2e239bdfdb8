"""What the workbench reads by statements of its own, against the ORM's answer to the same question."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import Q
from django.utils import timezone

from annotate.models import Assignment, AssignmentState
from annotate.queue.selectors.assignments import (
    assignment_of,
    assignments_of,
    held_assignments,
    progress_of,
)
from annotate.queue.selectors.critiques import check_shown, newest_critiques
from annotate.queue.selectors.texts import with_texts
from annotate.queue.services.leases import lease_ahead, lease_next, lock_item_and_assignment
from oversight.models import (
    Campaign,
    CampaignMember,
    Critique,
    ItemState,
    MemberRole,
    ReviewItem,
    Role,
)
from tests.annotate.records import make_comment, make_critique, make_reviewed_pair
from tests.factories import (
    make_campaign,
    make_item,
    make_member,
    make_query,
    make_response,
    make_round,
    make_version,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair():
    return make_reviewed_pair()


def row(record):
    return {field.attname: getattr(record, field.attname) for field in record._meta.concrete_fields}


@pytest.mark.parametrize("role", MemberRole.values)
@pytest.mark.parametrize("is_archived", [False, True])
def test_an_assignment_is_found_as_the_orm_finds_it(role, is_archived):
    campaign = make_campaign(archived_at=timezone.now() if is_archived else None)
    user = make_member(campaign, role)
    item = make_item(campaign)
    held = Assignment.objects.create(
        item=item, campaign=campaign, annotator=user, expires_at=timezone.now()
    )
    expected = assignments_of(user).filter(pk=held.pk).first()
    found = assignment_of(user, held.pk)
    assert (found is None) == (expected is None)
    if found and expected:
        assert row(found) == row(expected)
        assert row(found.campaign) == row(Campaign.objects.get(pk=campaign.pk))
        assert row(found.item) == row(ReviewItem.objects.get(pk=item.pk))
        assert found.annotator == user


def test_anothers_assignment_is_not_found(pair):
    assert assignment_of(make_member(pair.campaign), pair.lease().pk) is None
    assert assignment_of(pair.user, 0) is None


def test_what_is_held_comes_in_the_order_of_the_leases(pair):
    for _ in range(3):
        make_item(pair.campaign)
    first = lease_next(user=pair.user, campaign=pair.campaign)
    second = lease_ahead(assignment=first)
    Assignment.objects.filter(pk=first.pk).update(leased_at=timezone.now() + timedelta(hours=1))
    expected = Assignment.objects.filter(
        annotator=pair.user, state=AssignmentState.LEASED, item__state=ItemState.OPEN
    ).order_by("leased_at", "pk")
    held = held_assignments(pair.user, pair.campaign)
    assert held == list(expected) == [second, first]
    assert [row(each.item) for each in held] == [row(each.item) for each in expected]


def test_the_locked_rows_are_those_of_the_orm(pair):
    campaign = pair.campaign
    round_ = make_round(make_version(campaign, active=False))
    ReviewItem.objects.filter(pk=pair.item.pk).update(round=round_)
    assignment = pair.lease()
    item, locked = lock_item_and_assignment(assignment)
    assert row(item) == row(ReviewItem.objects.get(pk=pair.item.pk))
    assert row(locked) == row(Assignment.objects.get(pk=assignment.pk))
    assert item.query.split == pair.item.query.split
    assert item.round == round_
    assert item.decision is None


def test_the_texts_of_several_responses_are_read(pair):
    query = make_query(pair.campaign, "Which?")
    responses = [make_response(query, f"Answer {n}.") for n in range(3)]
    a, b, c = responses
    item = make_item(pair.campaign, query=query, response_a=a, response_b=b, response_c=c)
    read = with_texts(ReviewItem.objects.get(pk=item.pk))
    shown = [read.response_a, read.response_b, read.response_c]
    assert [each.text for each in shown] == [each.text for each in responses]
    assert (read.query.text, read.response_d) == ("Which?", None)


@pytest.mark.parametrize("has_critic", [False, True])
def test_the_critiques_are_those_of_the_orm(pair, has_critic):
    item = pair.item
    critic = make_version(pair.campaign, Role.CRITIC, active=False)
    for response in (item.response_a, item.response_b):
        for sample in (1, 2):
            make_critique(response, version=critic, sample=sample)
    other = make_response(item.query, "Not of this item.")
    make_critique(item.response_a, version=critic, sample=0, other_response=other)
    learner = make_version(pair.campaign, active=False)
    item.round = make_round(learner, critic=critic if has_critic else None)
    item.save()
    expected = Critique.objects.filter(
        Q(other_response=None) | Q(other_response__in=item.response_ids),
        response__in=item.response_ids,
        version__isnull=False,
    )
    if has_critic:
        expected = expected.filter(version=critic)
    order = ("response_id", "version_id", "sample", "-created_at", "-pk")
    expected = expected.order_by(*order).distinct("response_id", "version_id")
    found = newest_critiques(item)
    assert [row(each) for each in found] == [row(each) for each in expected]
    for critique, comments in found.items():
        assert comments == list(critique.comments.order_by("number"))


def test_comments_come_with_their_principles(pair):
    principle = pair.campaign.principles.create(number=1, text="Show every step.")
    comment = make_comment(pair.comments[0].critique, "31 + 28 = 59", principle=principle)
    read = [each for comments in newest_critiques(pair.item).values() for each in comments]
    assert {each.pk: each.principle for each in read}[comment.pk] == principle


def test_a_person_who_left_the_campaign_is_leased_nothing(pair):
    assert lease_next(user=pair.user, campaign=pair.campaign)
    CampaignMember.objects.filter(user=pair.user).delete()
    assert lease_next(user=pair.user, campaign=pair.campaign) is None


@pytest.mark.parametrize("words", ["WITH critique AS", "critique.verdict IS NOT NULL", "counted"])
def test_postgresql_keeps_the_plans_of_what_every_card_asks(pair, words):
    """Where a parameter tells too little, it plans anew each time, which costs more than running."""
    item = pair.lease().item
    for _ in range(15):  # prepared from the sixth time on, then planned five times at most
        newest_critiques(item)
        check_shown(item, [pair.comments[0].critique_id], [])
        progress_of(pair.user, pair.campaign)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT custom_plans <= 5 AND generic_plans > 0 FROM pg_prepared_statements "
            "WHERE strpos(statement, %s) > 0 AND custom_plans + generic_plans > 5",
            [words],
        )
        assert {row[0] for row in cursor.fetchall()} == {True}
