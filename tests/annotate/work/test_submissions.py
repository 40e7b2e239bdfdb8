import logging
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from kombu.exceptions import OperationalError

from annotate.errors import AlreadyAnswered, ItemGone, LeaseExpired, NotShown
from annotate.models import Annotation, Assignment, AssignmentState
from annotate.queue.services.leases import skip_assignment
from annotate.work.services import submissions
from annotate.work.services.submissions import submit_annotation
from oversight.models import (
    Choice,
    CommentVerdict,
    ItemState,
    Judgement,
    Preference,
    Round,
    RoutingDecision,
    Source,
)
from tests.annotate.records import make_critique, make_reviewed_pair
from tests.factories import make_member, make_user, make_version

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair():
    return make_reviewed_pair()


def submit(assignment, choice=Choice.A, **fields):
    values = {
        "submission": uuid4(),
        "strength": 2 if choice in ("a", "b") else None,
        "verdicts": {},
        **fields,
    }
    return submit_annotation(assignment=assignment, choice=choice, **values)


def critique_ids(pair):
    return list(pair.campaign.versions.values_list("critiques", flat=True).exclude(critiques=None))


@pytest.mark.parametrize(
    ("choice", "probability"), [("a", 1.0), ("b", 0.0), ("tie", 0.5), ("both_bad", 0.5)]
)
def test_it_writes_a_judgement(pair, choice, probability):
    assignment = pair.lease()
    annotation = submit(
        assignment,
        Choice(choice),
        rationale="since",
        seconds=3.5,
        critiques_shown=critique_ids(pair),
    )
    judgement = annotation.judgement
    assert (judgement.choice, judgement.p_a_better) == (choice, probability)
    assert judgement.source == Source.PERSON
    assert judgement.user == pair.user
    assert judgement.order_shown == assignment.order_shown
    assert judgement.was_critique_shown is True
    assert (judgement.rationale, judgement.seconds) == ("since", 3.5)
    assert annotation.payload["choice"] == choice
    assignment.refresh_from_db()
    assert assignment.state == AssignmentState.SUBMITTED


def test_a_simulated_annotator_is_not_counted_as_human(pair):
    user = make_member(pair.campaign, user=make_user(is_simulated=True))
    submit(pair.lease(user))
    assert Judgement.objects.get().source == Source.SIMULATED
    assert Preference.objects.get().source == Source.SIMULATED


def test_it_writes_verdicts(pair):
    first, second, _ = pair.comments
    submit(
        pair.lease(),
        verdicts={first.pk: "valid", second.pk: "fake"},
        critiques_shown=critique_ids(pair),
    )
    assert dict(CommentVerdict.objects.values_list("comment", "verdict")) == {
        first.pk: "valid",
        second.pk: "fake",
    }


@pytest.mark.parametrize("where", ["not listed", "another item", "critique of another item"])
def test_a_verdict_on_what_was_not_shown_is_refused(pair, where):
    other = make_reviewed_pair(pair.campaign, query_text="Another query?", priority=-1)
    shown, comment = critique_ids(pair), other.comments[0]
    if where == "not listed":
        shown, comment = [], pair.comments[0]
    elif where == "critique of another item":
        shown = [comment.critique_id]
    else:
        shown = [pair.comments[0].critique_id]
    with pytest.raises(NotShown):
        submit(pair.lease(), verdicts={comment.pk: "valid"}, critiques_shown=shown)
    assert Judgement.objects.count() == 0


def test_without_a_readable_critique_none_was_shown(pair):
    assert submit(pair.lease()).judgement.was_critique_shown is False
    unread = make_reviewed_pair(pair.campaign, query_text="Another?")
    critique = make_critique(unread.item.response_a, None, sample=1, raw_text="???")
    assignment = unread.lease()
    annotation = submit(assignment, critiques_shown=[critique.pk])
    assert annotation.judgement.was_critique_shown is False


def test_the_same_submission_twice_is_one_annotation(pair):
    assignment, submission = pair.lease(), uuid4()
    first = submit(assignment, submission=submission)
    assert submit(assignment, submission=submission) == first
    with pytest.raises(AlreadyAnswered):
        submit(assignment, Choice.B, submission=submission)
    assert (Annotation.objects.count(), Judgement.objects.get().choice) == (1, "a")


def test_another_submission_for_the_same_item_is_refused(pair):
    assignment = pair.lease()
    submit(assignment)
    with pytest.raises(AlreadyAnswered):
        submit(assignment, Choice.B)
    assert Judgement.objects.get().choice == "a"


def test_a_submission_copied_from_another_item_is_refused(pair):
    other = make_reviewed_pair(pair.campaign, query_text="Another?")
    submission = uuid4()
    submit(pair.lease(), submission=submission)
    with pytest.raises(AlreadyAnswered):
        submit(other.lease(), submission=submission)
    assert Judgement.objects.count() == 1


def test_what_was_skipped_is_not_judged(pair):
    assignment = pair.lease()
    skip_assignment(assignment=assignment)
    with pytest.raises(AlreadyAnswered):
        submit(assignment)


def test_an_expired_lease_takes_its_free_seat_again(pair):
    assignment = pair.lease()
    expire(assignment, seats_free=1)
    submit(assignment)
    pair.item.refresh_from_db()
    assert (pair.item.seats_free, pair.item.state) == (0, ItemState.CLOSED)


def test_an_expired_lease_whose_seat_is_taken_is_refused(pair):
    assignment = pair.lease()
    expire(assignment, seats_free=1)
    taken = pair.lease(pair.another())
    with pytest.raises(LeaseExpired):
        submit(assignment)
    submit(taken)
    with pytest.raises(LeaseExpired):
        submit(assignment)
    assert Judgement.objects.count() == 1


@pytest.mark.parametrize("state", [ItemState.CLOSED, ItemState.WITHDRAWN])
def test_an_item_that_an_admin_closed_is_gone(pair, state):
    assignment = pair.lease()
    pair.item.state = state
    pair.item.save(update_fields=["state"])
    with pytest.raises(ItemGone):
        submit(assignment)


def expire(assignment, *, seats_free):
    Assignment.objects.filter(pk=assignment.pk).update(state=AssignmentState.EXPIRED)
    type(assignment.item).objects.filter(pk=assignment.item_id).update(seats_free=seats_free)


def test_the_last_of_three_closes_the_item_and_concludes_it():
    pair = make_reviewed_pair(annotators=3)
    for number, choice in enumerate([Choice.A, Choice.B, Choice.B], 1):
        submit(pair.lease(pair.another()), choice)
        pair.item.refresh_from_db()
        assert (pair.item.state == ItemState.CLOSED) == (number == 3)
    assert pair.item.closed_at is not None
    assert Preference.objects.get().chosen == pair.item.response_b


@pytest.fixture
def round_item(pair):
    plan = {"campaign": pair.campaign, "plan": {}, "seed": 1, "number": 1, "stage": "review"}
    round_ = Round.objects.create(learner=pair.item.response_a.version, **plan)
    decision = RoutingDecision.objects.create(
        round=round_,
        query=pair.item.query,
        response_a=pair.item.response_a,
        response_b=pair.item.response_b,
        outcome="human",
        propensity=0.25,
    )
    pair.item.round, pair.item.decision = round_, decision
    pair.item.save()
    return pair


def test_the_judgement_keeps_the_propensity(round_item):
    judgement = submit(round_item.lease()).judgement
    assert (judgement.propensity, judgement.round) == (0.25, round_item.item.round)


def test_the_coordinator_is_woken_after_the_commit(
    round_item, monkeypatch, django_capture_on_commit_callbacks
):
    sent = []
    monkeypatch.setattr(
        submissions.current_app, "send_task", lambda name, **kw: sent.append((name, kw))
    )
    with django_capture_on_commit_callbacks(execute=True):
        submit(round_item.lease())
        assert sent == []
    assert sent == [("oversight.tasks.coordinate", {"queue": "control"})]


@pytest.mark.parametrize("error", [OperationalError("down"), ConnectionRefusedError("down")])
def test_a_broker_that_is_down_fails_nothing(
    round_item, monkeypatch, caplog, django_capture_on_commit_callbacks, error
):
    def fail(*args, **kwargs):
        raise error

    monkeypatch.setattr(submissions.current_app, "send_task", fail)
    with caplog.at_level(logging.WARNING), django_capture_on_commit_callbacks(execute=True):
        submit(round_item.lease())
    assert "not woken" in caplog.text
    assert Annotation.objects.count() == 1


def test_only_the_rounds_critic_counts(round_item):
    round_item.item.round.critic = make_version(round_item.campaign, "critic", active=False)
    round_item.item.round.save()
    with pytest.raises(NotShown):
        submit(round_item.lease(), critiques_shown=critique_ids(round_item))


def test_the_database_allows_one_first_annotation(pair):
    assignment = pair.lease()
    first = submit(assignment)
    judgement = Judgement.objects.get()
    judgement.pk = None
    judgement.save(force_insert=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        Annotation.objects.create(
            assignment=first.assignment, submission=uuid4(), payload={}, judgement=judgement
        )
