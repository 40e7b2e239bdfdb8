"""Units and stages are counted and timed; lines of the log say which unit they are about."""

from datetime import timedelta

import pytest
import structlog
from django.utils import timezone

from models_srv.types import ModelUnavailable
from oversight.loop.services import watching, work
from oversight.loop.services.watching import tell_stage_is_over
from oversight.loop.services.work import work_through
from oversight.loop.stages import HANDLERS
from oversight.models import Stage, WorkUnit
from oversight.telemetry.metrics import STAGE_SECONDS, UNITS
from tests.factories import make_campaign, make_round, make_version

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit():
    round_ = make_round(make_version(make_campaign()), stage=Stage.RESPOND)
    return WorkUnit.objects.create(round=round_, stage=Stage.RESPOND, index=0)


def thinking(monkeypatch, think):
    handler = type(HANDLERS[Stage.RESPOND])("inference", lambda _: 1, think, lambda *_: None)
    monkeypatch.setitem(work.HANDLERS, Stage.RESPOND, handler)


def count(outcome):
    return UNITS.labels("respond", outcome)._value.get()


def wait(*_):
    raise ModelUnavailable("no answer")


def stumble(*_):
    raise ZeroDivisionError


@pytest.mark.parametrize(
    ("think", "outcome"), [(lambda *_: None, "done"), (wait, "waits"), (stumble, "again")]
)
def test_attempts_are_counted_by_how_they_ended(unit, monkeypatch, think, outcome):
    thinking(monkeypatch, think)
    before = count(outcome)
    work_through("inference")
    assert count(outcome) == before + 1


def test_lines_of_the_log_are_about_the_unit(unit, monkeypatch):
    bound = {}
    thinking(monkeypatch, lambda *_: bound.update(structlog.contextvars.get_contextvars()))
    work_through("inference")
    assert bound == {"round": unit.round_id, "unit": unit.pk, "stage": "respond"}
    assert not structlog.contextvars.get_contextvars()


def test_a_stage_is_timed_from_its_first_unit_to_its_last(unit, monkeypatch):
    told = []
    monkeypatch.setattr(
        watching.tracing, "tell_stage", lambda *args: told.append(args[3][1] - args[3][0])
    )
    now = timezone.now()
    WorkUnit.objects.update(started_at=now - timedelta(minutes=3), finished_at=now)
    before = STAGE_SECONDS.labels("respond")._sum.get()
    tell_stage_is_over(unit.round)
    assert STAGE_SECONDS.labels("respond")._sum.get() == before + 180
    assert told == [timedelta(minutes=3)]


def test_the_round_is_told_with_its_last_stage(unit, monkeypatch):
    told = []
    monkeypatch.setattr(watching.tracing, "tell_round", lambda *args, **more: told.append(more))
    tell_stage_is_over(unit.round)
    assert told == []
    unit.round.stage = Stage.SETTLE
    tell_stage_is_over(unit.round)
    assert told == [{"campaign": unit.round.campaign_id, "number": unit.round.number}]
