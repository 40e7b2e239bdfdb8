"""Real threads on real connections: what one process cannot show."""

import threading
from collections import Counter
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import close_old_connections, connection
from django.utils import timezone

from annotate.models import Annotation, Assignment, AssignmentState
from annotate.queue.services.leases import lease_next, release_expired_leases, skip_assignment
from annotate.work.services.submissions import submit_annotation
from oversight.errors import OversightError
from oversight.models import Choice, ItemState, Judgement, Preference, ReviewItem
from tests.annotate.records import make_reviewed_pair
from tests.factories import make_campaign, make_item, make_member

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*calls):
    """Run the calls side by side, started together; return results or raise an error."""
    barrier, results, errors = threading.Barrier(len(calls)), [None] * len(calls), []

    def run(index, call):
        try:
            barrier.wait(timeout=20)
            results[index] = call()
        except Exception as error:  # noqa: BLE001  # raised again below
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    close_old_connections()
    if errors:
        raise errors[0]
    return results


def judge_until_done(user, campaign):
    judged = 0
    while assignment := lease_next(user=user, campaign=campaign):
        submit_annotation(
            assignment=assignment, submission=uuid4(), choice=Choice.A, strength=1, verdicts={}
        )
        judged += 1
    return judged


def test_eight_people_never_exceed_the_seats():
    campaign = make_campaign()
    items = [make_item(campaign, annotators=3) for _ in range(6)]
    people = [make_member(campaign) for _ in range(8)]
    judged = at_once(*[lambda user=user: judge_until_done(user, campaign) for user in people])
    assert sum(judged) == 3 * len(items)
    seats = Counter(Judgement.objects.values_list("item", flat=True))
    assert set(seats.values()) == {3}
    pairs = Counter(Judgement.objects.values_list("item", "user"))
    assert set(pairs.values()) == {1}
    assert set(ReviewItem.objects.values_list("state", "seats_free")) == {(ItemState.CLOSED, 0)}


def test_eight_people_get_three_seats_of_one_item():
    campaign = make_campaign()
    item = make_item(campaign, annotators=3)
    people = [make_member(campaign) for _ in range(8)]
    leases = at_once(*[lambda u=user: lease_next(user=u, campaign=campaign) for user in people])
    assert sum(lease is not None for lease in leases) == 3
    item.refresh_from_db()
    assert item.seats_free == 0


def test_two_tabs_of_one_person_get_one_item():
    campaign = make_campaign()
    make_item(campaign), make_item(campaign)
    user = make_member(campaign)
    leases = at_once(*[lambda: lease_next(user=user, campaign=campaign)] * 4)
    assert len({lease.pk for lease in leases}) == 1


def test_a_double_submission_is_one_annotation():
    pair = make_reviewed_pair()
    assignment, submission = pair.lease(), uuid4()

    def submit():
        return submit_annotation(
            assignment=assignment,
            submission=submission,
            choice=Choice.B,
            strength=3,
            verdicts={pair.comments[0].pk: "valid"},
            critiques_shown=[pair.comments[0].critique_id],
        )

    annotations = at_once(submit, submit, submit)
    assert len(set(annotations)) == 1
    assert (Annotation.objects.count(), Judgement.objects.count()) == (1, 1)


def test_three_sweeps_at_once_free_each_seat_once():
    campaign = make_campaign()
    for _ in range(4):
        make_item(campaign)
        lease_next(user=make_member(campaign), campaign=campaign)
    Assignment.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    assert sum(at_once(*[release_expired_leases] * 3)) == 4
    assert set(ReviewItem.objects.values_list("seats_free", flat=True)) == {1}


@pytest.mark.parametrize("attempt", range(3))
def test_a_submission_and_the_sweep_do_not_fight(attempt):
    pair = make_reviewed_pair()
    assignment = pair.lease()
    Assignment.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    at_once(
        release_expired_leases,
        lambda: submit_annotation(
            assignment=assignment, submission=uuid4(), choice=Choice.TIE, strength=None, verdicts={}
        ),
    )
    pair.item.refresh_from_db()
    assignment.refresh_from_db()
    assert (pair.item.seats_free, pair.item.state) == (0, ItemState.CLOSED)
    assert assignment.state == AssignmentState.SUBMITTED


def test_skips_and_leases_keep_the_count_of_seats():
    campaign = make_campaign()
    items = [make_item(campaign, annotators=2) for _ in range(3)]
    people = [make_member(campaign) for _ in range(4)]

    def skip_then_lease(user):
        if assignment := lease_next(user=user, campaign=campaign):
            skip_assignment(assignment=assignment, reason="")
        return lease_next(user=user, campaign=campaign)

    at_once(*[lambda u=user: skip_then_lease(u) for user in people])
    for item in items:
        item.refresh_from_db()
        held = item.assignments.filter(state=AssignmentState.LEASED).count()
        assert item.seats_free + held == 2


def judge(user, item, choice, corrects=None):
    """Submit or correct; what is refused by name is nothing that went wrong."""
    assignment = Assignment.objects.select_related("annotator", "campaign", "item").get(
        item=item, annotator=user
    )
    standing = assignment.annotations.filter(superseded_by=None).first()
    try:
        return submit_annotation(
            assignment=assignment,
            submission=uuid4(),
            choice=choice,
            strength=1,
            verdicts={},
            corrects=standing.pk if corrects and standing else None,
        )
    except OversightError:
        return None


@pytest.mark.fault("corrections")
@pytest.mark.parametrize("attempt", range(4))
def test_corrections_and_the_adjudicator_at_once_leave_one_label(attempt):
    campaign = make_campaign(is_adjudicated=True)
    item = make_item(campaign, annotators=2)
    x, y, z = (make_member(campaign) for _ in range(3))
    for person, choice in ((x, Choice.A), (y, Choice.B)):
        lease_next(user=person, campaign=campaign)
        judge(person, item, choice)
    decisive = lease_next(user=z, campaign=campaign).item
    at_once(
        lambda: [
            judge(x, item, choice, corrects=True) for choice in (Choice.B, Choice.A, Choice.B)
        ],
        lambda: [judge(y, item, choice, corrects=True) for choice in (Choice.A, Choice.B)],
        lambda: [judge(z, decisive, Choice.A), judge(z, decisive, Choice.B, corrects=True)],
        lambda: call_command("recompute_preferences"),
    )
    call_command("recompute_preferences", "--check")
    standing = Preference.objects.filter(campaign=campaign, superseded_by=None)
    assert standing.count() <= 1
    decisive.refresh_from_db()
    if decisive.state == ItemState.CLOSED:
        assert standing.get(weight=1).chosen_id == item.response_b_id
    else:
        assert decisive.state == ItemState.WITHDRAWN  # both have said b before the third could


@pytest.mark.fault("corrections")
def test_the_last_seat_and_a_correction_at_once_are_both_heard():
    campaign = make_campaign(is_adjudicated=True)
    item = make_item(campaign, annotators=2)
    x, y = make_member(campaign), make_member(campaign)
    for person in (x, y):
        lease_next(user=person, campaign=campaign)
    judge(x, item, Choice.A)
    at_once(lambda: judge(x, item, Choice.B, corrects=True), lambda: judge(y, item, Choice.B))
    preference = Preference.objects.get(superseded_by=None)
    assert (preference.chosen_id, preference.weight) == (item.response_b_id, 1.0)
    assert not ReviewItem.objects.open().exists()
