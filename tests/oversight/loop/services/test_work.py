"""Units of work: leases, fencing, failures, waiting for a model server."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone

from models_srv.types import ModelMisconfigured, ModelUnavailable
from oversight.loop.services import work
from oversight.loop.services.work import claim_unit, retry_failed_units, run_unit, work_through
from oversight.models import Stage, UnitState, WorkUnit

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit(round_) -> WorkUnit:
    return round_.units.get(index=0)


@pytest.fixture
def scripted(monkeypatch):
    """Replace the attack stage's handler: `think` and `write` as the test says."""

    def install(think=lambda r, i: "thought", write=lambda r, i, t: None):
        handler = SimpleNamespace(
            queue="inference", unit_count=lambda r: 1, think=think, write=write
        )
        monkeypatch.setitem(work.HANDLERS, Stage.ATTACK, handler)

    return install


def raising(error: Exception):
    def think(round_, index):
        raise error

    return think


@pytest.fixture
def round_(campaign):
    from oversight.loop.services.coordinator import advance_round
    from oversight.loop.services.rounds import start_round

    started = start_round(campaign=campaign)
    advance_round(started.pk)
    return started


def test_two_workers_never_hold_one_unit(unit):
    first = claim_unit("inference")
    assert first.pk == unit.pk
    assert claim_unit("inference") is None


def test_a_queue_only_takes_its_own_stages(unit):
    assert claim_unit("training") is None
    assert claim_unit("control") is None


def test_a_dead_workers_unit_is_taken_over_and_its_late_result_dropped(unit, scripted):
    written = []
    scripted(write=lambda r, i, thought: written.append(thought))
    dead = claim_unit("inference")
    WorkUnit.objects.filter(pk=unit.pk).update(
        lease_expires_at=timezone.now() - timedelta(seconds=1)
    )
    heir = claim_unit("inference")
    assert heir.attempts == 2
    run_unit(dead)
    assert written == []
    run_unit(heir)
    assert written == ["thought"]
    unit.refresh_from_db()
    assert unit.state == UnitState.DONE


def test_what_write_did_is_undone_where_it_fails(unit, scripted, campaign):
    def write(round_, index, thought):
        type(campaign).objects.filter(pk=campaign.pk).update(name="half written")
        raise RuntimeError("no")

    scripted(write=write)
    run_unit(claim_unit("inference"))
    campaign.refresh_from_db()
    unit.refresh_from_db()
    assert campaign.name != "half written"
    assert unit.state == UnitState.PENDING
    assert unit.error == "RuntimeError: no"


def test_a_unit_fails_for_good_after_three_failures_and_can_be_retried(unit, scripted):
    scripted(think=raising(RuntimeError("broken")))
    for _ in range(work.MAX_FAILURES):
        WorkUnit.objects.filter(pk=unit.pk).update(available_at=timezone.now())
        run_unit(claim_unit("inference"))
    unit.refresh_from_db()
    assert unit.state == UnitState.FAILED
    assert claim_unit("inference") is None
    assert retry_failed_units(unit.round_id) == 1
    assert claim_unit("inference").failures == 0


def test_a_model_server_that_is_down_is_waited_for_without_end(unit, scripted):
    scripted(think=raising(ModelUnavailable("no answer from http://gpu:8000/v1")))
    for _ in range(work.MAX_FAILURES + 2):
        WorkUnit.objects.filter(pk=unit.pk).update(available_at=timezone.now())
        run_unit(claim_unit("inference"))
    unit.refresh_from_db()
    assert unit.state == UnitState.PENDING
    assert unit.failures == 0
    assert "http://gpu:8000/v1" in unit.error
    assert unit.available_at > timezone.now()


@pytest.mark.fault("fairness")
def test_units_that_need_the_same_server_wait_with_the_one_that_asked_it(unit, scripted):
    """Else each of them would hold a worker until its own time-out."""
    other = WorkUnit.objects.create(round=unit.round, stage=unit.stage, index=unit.index + 100)
    scripted(think=raising(ModelUnavailable("no answer")))
    run_unit(claim_unit("inference"))
    unit.refresh_from_db()
    other.refresh_from_db()
    assert other.available_at == unit.available_at > timezone.now()
    assert (other.attempts, other.error) == (0, "")


def test_a_wrong_setting_fails_at_once_and_says_what(unit, scripted):
    scripted(think=raising(ModelMisconfigured("no such model: nope")))
    run_unit(claim_unit("inference"))
    unit.refresh_from_db()
    assert (unit.state, unit.error) == (UnitState.FAILED, "no such model: nope")


def test_no_transaction_is_open_while_a_model_thinks(unit, scripted, django_db_blocker):
    from django.db import connection

    depth = []
    outside = len(connection.savepoint_ids)
    scripted(think=lambda r, i: depth.append(len(connection.savepoint_ids)))
    run_unit(claim_unit("inference"))
    assert depth == [outside]


def test_what_comes_next_is_not_worked_out_anew_for_each_of_many_small_units(
    unit, scripted, monkeypatch
):
    advanced = []
    scripted()
    monkeypatch.setattr(work, "advance_round", advanced.append)
    monkeypatch.setattr(work, "LOOK_SECONDS", 600.0)
    rows = [WorkUnit(round=unit.round, stage=unit.stage, index=100 + n) for n in range(8)]
    WorkUnit.objects.bulk_create(rows)
    assert work_through("inference") == unit.round.units.count() >= 9
    assert advanced == [unit.round_id]
    assert not unit.round.units.exclude(state=UnitState.DONE).exists()


def test_working_through_a_queue_does_all_that_is_due(unit, scripted):
    scripted()
    assert work_through("training") == 0
    assert work_through("inference") >= 1


@pytest.mark.fault("database")
def test_a_unit_does_not_wait_for_a_clock_that_was_set_back(unit, scripted, monkeypatch):
    scripted(think=raising(ModelUnavailable("down")))
    run_unit(claim_unit("inference"))
    assert claim_unit("inference") is None
    before = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: before - timedelta(hours=2))
    assert claim_unit("inference").pk == unit.pk


@pytest.mark.fault("database")
def test_a_dead_workers_unit_does_not_wait_for_a_clock_that_was_set_back(unit, monkeypatch):
    claim_unit("inference")
    before = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: before - timedelta(hours=2))
    assert claim_unit("inference").pk == unit.pk
    assert claim_unit("inference") is None


@pytest.mark.fault("database")
def test_clocks_of_two_machines_may_differ_by_seconds(unit, monkeypatch):
    claim_unit("inference")
    before = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: before - timedelta(seconds=5))
    assert claim_unit("inference") is None
