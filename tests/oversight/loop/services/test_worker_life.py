"""A worker that stops begins nothing new; one of older code leaves newer rounds alone."""

import pytest

from oversight import worker_life
from oversight.loop.services import work
from oversight.loop.services.coordinator import advance_round
from oversight.loop.services.stopping import WorkerStops, ask_to_stop, forget_stopping, stop_here
from oversight.loop.services.work import claim_unit, work_through
from oversight.loop.stages import HANDLERS
from oversight.models import Round, Stage, UnitState, WorkUnit
from oversight.telemetry.code import code_version
from tests.factories import make_campaign, make_round, make_version

pytestmark = pytest.mark.django_db


@pytest.fixture
def round_():
    round_ = make_round(make_version(make_campaign()), stage=Stage.RESPOND)
    for index in range(2):
        WorkUnit.objects.create(round=round_, stage=Stage.RESPOND, index=index)
    return round_


@pytest.fixture(autouse=True)
def _no_wish_is_left():
    yield
    forget_stopping()


def thinking(monkeypatch, think):
    handler = type(HANDLERS[Stage.RESPOND])("inference", lambda _: 2, think, lambda *_: None)
    monkeypatch.setitem(work.HANDLERS, Stage.RESPOND, handler)


def states(round_):
    return list(round_.units.order_by("index").values_list("state", flat=True))


def test_the_unit_at_hand_is_finished_and_no_other_begun(round_, monkeypatch):
    thinking(monkeypatch, lambda *_: worker_life.let_go())
    assert work_through("inference") == 1
    assert states(round_) == [UnitState.DONE, UnitState.PENDING]
    assert work_through("inference") == 0


def test_what_takes_hours_is_put_back_for_another_worker_at_once(round_, monkeypatch):
    def think(*_):
        ask_to_stop()
        stop_here()

    thinking(monkeypatch, think)
    work_through("inference")
    assert states(round_) == [UnitState.PENDING] * 2
    unit = round_.units.get(index=0)
    assert (unit.failures, unit.error) == (0, "")
    assert claim_unit("inference").pk == unit.pk


def test_nobody_who_was_not_asked_stops():
    stop_here()
    ask_to_stop()
    with pytest.raises(WorkerStops):
        stop_here()


def test_a_process_that_was_forked_before_is_told_too():
    import os

    told, tell = os.pipe()
    child = os.fork()
    if not child:
        from oversight.loop.services.stopping import is_stopping

        os.read(told, 1)
        os._exit(7 if is_stopping() else 0)
    ask_to_stop()
    os.write(tell, b"!")
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7


def test_an_older_worker_leaves_a_newer_round_alone(round_):
    Round.objects.update(least_code=code_version() + 1)
    assert claim_unit("inference") is None
    assert advance_round(round_.pk) is None
    Round.objects.update(least_code=code_version())
    assert claim_unit("inference")
