"""A cancelled round ends where it stands: what people said stays, nothing more comes of it."""

import threading

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from models_srv.types import ModelUnavailable
from oversight.errors import WrongState
from oversight.loop.services import cancellation, work
from oversight.loop.services.cancellation import cancel_round, stop_cancelled_training
from oversight.loop.services.coordinator import advance_round
from oversight.loop.services.rounds import retry_failed, start_round
from oversight.loop.services.work import claim_unit, run_unit
from oversight.loop.stages import HANDLERS
from oversight.models import (
    Evaluation,
    ItemState,
    Judgement,
    Preference,
    Query,
    Response,
    Round,
    RunState,
    Stage,
    TrainingRun,
    UnitState,
)
from tests.factories import make_member, make_query

pytestmark = pytest.mark.fault("fairness")


@pytest.fixture
def admin(campaign):
    return make_member(campaign, "owner")


def cancel(round_, admin, reason="the model is gone"):
    cancel_round(round=round_, reason=reason, cancelled_by=admin)
    round_.refresh_from_db()
    return round_


def test_it_ends_at_once_and_says_where_why_and_by_whom(round_, admin):
    advance_round(round_.pk)
    cancel(round_, admin)
    assert (round_.stage, round_.cancelled_in) == (Stage.DONE, Stage.ATTACK)
    assert round_.finished_at
    assert round_.outcome == f"Cancelled at “Attack” by {admin}: the model is gone"
    assert set(round_.units.values_list("state", flat=True)) == {UnitState.CANCELLED}
    assert claim_unit("inference") is None


def test_the_next_round_may_start_at_once(campaign, round_, admin):
    cancel(round_, admin)
    assert start_round(campaign=campaign).number == round_.number + 1


def test_what_a_worker_is_busy_with_is_dropped(round_, admin):
    advance_round(round_.pk)
    unit = claim_unit("inference")
    cancel(round_, admin)
    run_unit(unit)
    unit.refresh_from_db()
    assert unit.state == UnitState.CANCELLED
    assert not Query.objects.filter(round=round_).exists()
    assert advance_round(round_.pk) == Stage.DONE


def test_a_round_whose_model_is_gone_for_good_has_this_way_out(round_, admin, monkeypatch):
    advance_round(round_.pk)

    def think(round_, index):
        raise ModelUnavailable("no answer")

    handler = type(HANDLERS[Stage.ATTACK])("inference", lambda r: 1, think, lambda *_: None)
    monkeypatch.setitem(work.HANDLERS, Stage.ATTACK, handler)
    run_unit(claim_unit("inference"))
    cancel(round_, admin)
    assert set(round_.units.values_list("state", flat=True)) == {UnitState.CANCELLED}


def test_open_items_are_withdrawn_and_what_was_judged_stays(round_, admin, drive, judge_all):
    drive(round_, Stage.REVIEW)
    first, *rest = round_.items.order_by("pk")
    round_.items.exclude(pk=first.pk).update(state=ItemState.WITHDRAWN)
    judge_all(round_)
    round_.items.filter(pk__in=[item.pk for item in rest]).update(state=ItemState.OPEN)
    cancel(round_, admin)
    assert not round_.items.open().exists()
    assert Judgement.objects.standing().filter(item=first).count() == 1
    assert Preference.objects.filter(round=round_, superseded_by__isnull=True).count() == 1


def test_queries_of_the_pool_go_back_there_unless_somebody_judged_them(campaign, admin):
    from oversight.models import ActiveVersion

    ActiveVersion.objects.filter(campaign=campaign, role="attacker").delete()
    round_ = start_round(campaign=campaign)
    judged, other = Query.objects.filter(round=round_)[:2]
    answers = [
        Response.objects.create(query=judged, version=round_.learner, text=t, sample=n)
        for n, t in enumerate("xy")
    ]
    Judgement.objects.create(
        query=judged,
        response_a=answers[0],
        response_b=answers[1],
        round=round_,
        source="person",
        user=admin,
        choice="a",
        p_a_better=1.0,
    )
    cancel(round_, admin)
    assert list(Query.objects.filter(round=round_)) == [judged]
    other.refresh_from_db()
    assert (other.round, other.slot) == (None, None)
    assert other in Query.objects.filter(round=start_round(campaign=campaign))


def test_what_an_attacker_wrote_stays_with_its_round(campaign, round_, admin):
    attacked = make_query(
        campaign, origin="attacker", round=round_, slot=0, attacker_version=round_.attacker
    )
    cancel(round_, admin)
    attacked.refresh_from_db()
    assert attacked.round == round_


def test_its_training_counts_as_cancelled_and_its_process_is_stopped(
    round_, admin, settings, monkeypatch
):
    run = TrainingRun.objects.create(
        campaign=round_.campaign,
        round=round_,
        parent=round_.learner,
        state=RunState.RUNNING,
        folder="training/small/round-1",
    )
    folder = settings.ARTIFACTS / run.folder
    folder.mkdir(parents=True)
    running = type("Status", (), {"state": "running"})
    monkeypatch.setattr(cancellation, "training_status", lambda folder: running)
    cancel(round_, admin)
    stop_cancelled_training()
    run.refresh_from_db()
    assert (run.state, run.is_cancel_requested) == (RunState.CANCELLED, True)
    assert "the model is gone" in run.reason
    assert (folder / "cancel").exists()


def test_a_training_that_was_about_to_start_stays_cancelled(round_, admin):
    from oversight.loop.stages.train import mark_running

    run = TrainingRun.objects.create(
        campaign=round_.campaign, round=round_, parent=round_.learner, state=RunState.QUEUED
    )
    cancel(round_, admin)
    mark_running(run)
    run.refresh_from_db()
    assert run.state == RunState.CANCELLED


def test_a_round_ends_once(round_, admin):
    cancel(round_, admin, "first")
    with pytest.raises(WrongState, match="has ended already"):
        cancel(round_, admin, "second")
    with pytest.raises(WrongState):
        retry_failed(round=round_)
    assert "first" in round_.outcome
    assert not Evaluation.objects.exists()


def test_the_database_wants_a_name_and_a_reason(round_):
    with pytest.raises(IntegrityError), transaction.atomic():
        Round.objects.filter(pk=round_.pk).update(
            cancelled_in="attack", stage="done", finished_at=timezone.now()
        )


@pytest.mark.django_db(transaction=True)
def test_cancelling_while_a_unit_is_written_does_not_deadlock(campaign, admin):
    """The worker has its unit and then changes the round; whoever cancels takes them in that order."""
    round_ = start_round(campaign=campaign)
    advance_round(round_.pk)
    unit = claim_unit("inference")
    is_writing, failures = threading.Event(), []

    def write():
        try:
            with transaction.atomic():
                work._require_lease(unit)
                is_writing.set()
                threading.Event().wait(0.3)
                Round.objects.filter(pk=round_.pk).update(outcome="written")
                work._finish(unit)
        except DatabaseError as error:
            failures.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=write)
    thread.start()
    is_writing.wait(10)
    cancel(round_, admin)
    thread.join()
    unit.refresh_from_db()
    assert not failures
    assert unit.state == UnitState.DONE
    assert round_.outcome.startswith("Cancelled")
