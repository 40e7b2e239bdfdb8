"""Units of work: claimed with a lease, kept alive while a model thinks, finished exactly once."""

import logging
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from models_srv.types import ModelMisconfigured, ModelUnavailable
from oversight.errors import LeaseLost, OversightError
from oversight.loop.selectors.turns import rounds_in_turn
from oversight.loop.services.coordinator import advance_round
from oversight.loop.services.stopping import WorkerStops, is_stopping
from oversight.loop.services.watching import about_unit, count_unit
from oversight.loop.stages import HANDLERS
from oversight.models import Stage, UnitState, WorkUnit
from oversight.models.loop import MAX_BACKOFF

logger = logging.getLogger(__name__)

MAX_FAILURES = 3


def work_through(queue: str) -> int:
    """Do the units of a queue one after the other until none is due, or the worker is to stop.

    Return how many were done.
    """
    done = 0
    while not is_stopping() and (unit := claim_unit(queue)) is not None:
        with about_unit(unit):
            run_unit(unit)
        done += 1
    return done


def claim_unit(queue: str, round_id: int | None = None) -> WorkUnit | None:
    """Take the next due unit of a queue for UNIT_LEASE_SECONDS, or None.

    Campaigns take turns by the time that they held the workers (`rounds_in_turn`).
    """
    stages = [stage for stage, handler in HANDLERS.items() if handler.queue == queue]
    for turn in [round_id] if round_id is not None else rounds_in_turn(stages):
        if unit := _claim(WorkUnit.objects.filter(round_id=turn, stage__in=stages)):
            return unit
    return None


def _claim(units: "QuerySet[WorkUnit]") -> WorkUnit | None:
    due = units.filter(WorkUnit.claimable_now()).order_by("index")
    with transaction.atomic():
        unit = due.select_for_update(skip_locked=True).first()
        if unit is None:
            return None
        unit.state = UnitState.RUNNING
        unit.token = uuid.uuid4()
        unit.attempts += 1
        unit.started_at = timezone.now()
        unit.lease_expires_at = _lease_end()
        unit.save()
    return unit


def run_unit(unit: WorkUnit) -> None:
    """Think, then write and finish in one transaction; on trouble say so on the unit's row."""
    handler = HANDLERS[Stage(unit.stage)]
    try:
        with _kept_lease(unit):
            thought = handler.think(unit.round, unit.index)
        with transaction.atomic():
            _require_lease(unit)
            handler.write(unit.round, unit.index, thought)
            _finish(unit)
    except LeaseLost:
        logger.warning("unit %s was taken over; this result is dropped", unit.pk)
        count_unit(unit, "dropped")
        return
    except WorkerStops:
        _give_back(unit)
        return
    except ModelUnavailable as error:
        _put_back(unit, str(error), is_failure=False)
        return
    except (OversightError, ModelMisconfigured) as error:
        _fail(unit, str(error))
        return
    except Exception as error:
        logger.exception("unit %s (%s %s) failed", unit.pk, unit.stage, unit.index)
        _put_back(unit, f"{type(error).__name__}: {error}", is_failure=True)
        return
    advance_round(unit.round_id)


def retry_failed_units(round_id: int) -> int:
    """Make failed units due again; return how many there were."""
    return WorkUnit.objects.filter(round_id=round_id, state=UnitState.FAILED).update(
        state=UnitState.PENDING, failures=0, available_at=timezone.now(), lease_expires_at=None
    )


def _lease_end() -> datetime:
    return timezone.now() + timedelta(seconds=settings.UNIT_LEASE_SECONDS)


def _held(unit: WorkUnit) -> "QuerySet[WorkUnit]":
    return WorkUnit.objects.filter(pk=unit.pk, token=unit.token, state=UnitState.RUNNING)


def _require_lease(unit: WorkUnit) -> None:
    if not _held(unit).select_for_update().exists():
        raise LeaseLost(f"unit {unit.pk} belongs to another worker now")


def _finish(unit: WorkUnit) -> None:
    now = timezone.now()
    _held(unit).update(
        state=UnitState.DONE, finished_at=now, ended_at=now, lease_expires_at=None, error=""
    )
    count_unit(unit, "done")


def _fail(unit: WorkUnit, reason: str) -> None:
    logger.error("unit %s (%s %s): %s", unit.pk, unit.stage, unit.index, reason)
    _held(unit).update(
        state=UnitState.FAILED, error=reason, ended_at=timezone.now(), lease_expires_at=None
    )
    count_unit(unit, "failed")


def _give_back(unit: WorkUnit) -> None:
    """Let another worker have the unit at once; a worker that stops is no reason to wait."""
    logger.info("unit %s (%s %s) is given back", unit.pk, unit.stage, unit.index)
    now = timezone.now()
    _held(unit).update(
        state=UnitState.PENDING, available_at=now, ended_at=now, lease_expires_at=None
    )


def _put_back(unit: WorkUnit, reason: str, *, is_failure: bool) -> None:
    """Make the unit due again later; after MAX_FAILURES failures it fails. Waiting is no failure."""
    if is_failure and unit.failures + 1 >= MAX_FAILURES:
        _fail(unit, reason)
        return
    logger.warning("unit %s (%s %s) waits: %s", unit.pk, unit.stage, unit.index, reason)
    count_unit(unit, "again" if is_failure else "waits")
    now = timezone.now()
    due = now + min(timedelta(seconds=2.0 ** min(unit.attempts, 10)), MAX_BACKOFF)
    _held(unit).update(
        state=UnitState.PENDING,
        failures=F("failures") + int(is_failure),
        error=reason,
        available_at=due,
        ended_at=now,
        lease_expires_at=None,
    )
    if not is_failure:
        _let_others_wait(unit, due)


def _let_others_wait(unit: WorkUnit, due: datetime) -> None:
    """Ask a server that is down once, not once for each unit that needs it: a worker is held by each."""
    others = WorkUnit.objects.filter(
        round_id=unit.round_id, stage=unit.stage, state=UnitState.PENDING, available_at__lt=due
    )
    others.update(available_at=due)


@contextmanager
def _kept_lease(unit: WorkUnit) -> Iterator[None]:
    """Renew the lease from a thread of its own while the body runs."""
    stop = threading.Event()

    def renew() -> None:
        try:
            while not stop.wait(settings.UNIT_LEASE_SECONDS / 3):
                _held(unit).update(lease_expires_at=_lease_end())
        finally:
            connection.close()

    thread = threading.Thread(target=renew, name=f"lease-{unit.pk}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
