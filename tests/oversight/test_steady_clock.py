"""Beat's intervals do not depend on the machine's clock: it may be set back by hours, or forward."""

import datetime as dates

import pytest
from celery.beat import PersistentScheduler
from celery.utils.imports import symbol_by_name

from oversight import steady_clock
from oversight.celery import app

pytestmark = pytest.mark.fault("database")
HOURS = 3600.0


class Clock:
    """The machine's clock, which can be set, and the steady one, which only goes on."""

    def __init__(self):
        self.offset, self.passed = 0.0, 0.0

    def wait(self, seconds):
        self.passed += seconds

    def wall(self, tz=None):
        began = dates.datetime(2026, 1, 1, tzinfo=dates.UTC)
        return began + dates.timedelta(seconds=self.passed + self.offset)


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(steady_clock, "monotonic", lambda: steady_clock._began + clock.passed)
    monkeypatch.setattr(app, "now", clock.wall)
    return clock


@pytest.fixture
def sent(monkeypatch):
    """A scheduler such as `celery beat` makes, and what it sent."""
    scheduler, sent = symbol_by_name(app.conf.beat_scheduler)(app=app), []
    monkeypatch.setattr(scheduler, "apply_async", lambda entry, **_: sent.append(entry.task))
    monkeypatch.setattr(type(scheduler), "producer", None)
    return scheduler, sent


def run_for(scheduler, clock, seconds):
    """Tick as the service does: sleep as long as the scheduler wants, at most a second at a time.

    Some time passes even where it wants none: it looks a hundredth of a second too early on purpose.
    """
    end = clock.passed + seconds
    while clock.passed < end:
        clock.wait(min(max(scheduler.tick(), 0.001), 1.0))


@pytest.mark.parametrize("offset", [-2 * HOURS, -86400 * 400, 2 * HOURS])
def test_work_is_dispatched_on_when_the_clock_is_set(clock, sent, settings, offset):
    scheduler, tasks = sent
    run_for(scheduler, clock, 60)
    before = tasks.count("oversight.tasks.coordinate")
    clock.offset = offset
    run_for(scheduler, clock, 60)
    after = tasks.count("oversight.tasks.coordinate") - before
    assert 60 / settings.COORDINATOR_SECONDS - 2 <= before <= 60 / settings.COORDINATOR_SECONDS + 1
    assert abs(after - before) <= 2
    assert tasks.count("annotate.tasks.release_expired_leases") in (3, 4)


def test_nothing_of_an_earlier_clock_is_kept():
    assert not issubclass(symbol_by_name(app.conf.beat_scheduler), PersistentScheduler)
