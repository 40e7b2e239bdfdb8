"""Units of work: claimed with a lease, kept alive while a model thinks, finished exactly once."""

import logging
import threading
import time
import uuid
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from models_srv.types import ModelError, ModelMisconfigured, ModelUnavailable
from oversight.errors import LeaseLost, OversightError
from oversight.loop.selectors.routes import awake
from oversight.loop.selectors.turns import rounds_in_turn
from oversight.loop.services.coordinator import advance_round
from oversight.loop.services.stopping import WorkerStops, is_stopping
from oversight.loop.services.watching import about_unit, count_unit
from oversight.loop.stages import HANDLERS
from oversight.models import Round, Stage, UnitState, WorkUnit
from oversight.models.loop import MAX_BACKOFF
from oversight.versions.services.loading import INFERENCE, SERVERS
from oversight.versions.services.servers import due_for_a_try

logger = logging.getLogger(__name__)

MAX_FAILURES = 3
LOOK_SECONDS = 1.0


def work_through(queue: str) -> int:
    """Do the units of a queue one after the other until none is due, or the worker is to stop.

    Return how many were done.
    """
    done, looks = 0, _Looks(queue)
    while not is_stopping() and (unit := looks.claim()) is not None:
        with about_unit(unit):
            run_unit(unit, looks.was_done)
        done += 1
    looks.advance()
    return done


class _Looks:
    """Whose turn it is and what comes next, worked out once in LOOK_SECONDS while there is work.

    Together they cost a tenth of what a small model takes for a unit.
    """

    def __init__(self, queue: str) -> None:
        self._queue = queue
        self._rounds: list[int] = []
        self._done: set[int] = set()
        self._looked = -LOOK_SECONDS

    def claim(self) -> WorkUnit | None:
        is_fresh = time.monotonic() < self._looked + LOOK_SECONDS
        unit = claim_in_turn(self._queue, self._rounds) if is_fresh else None
        return unit or self._look_and_claim()

    def was_done(self, round_id: int) -> None:
        self._done.add(round_id)

    def advance(self) -> None:
        while self._done:
            advance_round(self._done.pop())

    def _look_and_claim(self) -> WorkUnit | None:
        self.advance()
        self._rounds = turns(self._queue)
        self._looked = time.monotonic()
        return claim_in_turn(self._queue, self._rounds)


def claim_unit(queue: str, round_id: int | None = None) -> WorkUnit | None:
    """Take the next due unit of a queue for UNIT_LEASE_SECONDS, or None.

    Campaigns take turns by the time that they held the workers (`rounds_in_turn`).
    """
    return claim_in_turn(queue, turns(queue) if round_id is None else [round_id])


def turns(queue: str) -> list[int]:
    """Return the rounds that have a due unit of the queue, by who is to be served first."""
    return rounds_in_turn(_stages(queue), are_served=queue == SERVERS)


def claim_in_turn(queue: str, rounds: Iterable[int], *, but: Q | None = None) -> WorkUnit | None:
    """Take the next due unit of the first of these rounds that has one; none of those that are `but`."""
    are_served = queue == SERVERS
    units = WorkUnit.objects.filter(
        awake(), stage__in=_stages(queue), server__isnull=not are_served
    )
    units = units if but is None else units.exclude(but)
    return next(filter(None, (_claim(units.filter(round_id=each)) for each in rounds)), None)


def _stages(queue: str) -> list[Stage]:
    home = INFERENCE if queue == SERVERS else queue
    return [stage for stage, handler in HANDLERS.items() if handler.queue == home]


def probes_due() -> list[int]:
    """Return the servers that rest, whose next try has come and which something waits for."""
    waiting = WorkUnit.objects.claimable().filter(round__in=Round.objects.doable())
    servers = due_for_a_try().filter(pk__in=waiting.values("server"))
    return list(servers.values_list("pk", flat=True))


def claim_probe(server_id: int) -> WorkUnit | None:
    """Take a due unit of a server that rests, whoever's, to see whether it answers again."""
    doable = Round.objects.doable()
    units = WorkUnit.objects.filter(server_id=server_id, round__in=doable)
    # Not always the same one: it may be that one alone which the server does not answer.
    return _claim(units, "attempts")


def _claim(units: "QuerySet[WorkUnit]", *first: str) -> WorkUnit | None:
    due = units.filter(WorkUnit.claimable_now()).order_by(*first, "index", "stage")
    with transaction.atomic():
        unit = due.select_for_update(skip_locked=True, of=("self",)).first()
        if unit is None:
            return None
        unit.state = UnitState.RUNNING
        unit.token = uuid.uuid4()
        unit.attempts += 1
        unit.started_at = timezone.now()
        unit.lease_expires_at = _lease_end()
        unit.save()
    return unit


def run_unit(unit: WorkUnit, then: Callable[[int], object] = advance_round) -> None:
    """Think, then write and finish in one transaction; on trouble say so on the unit's row.

    `then` is told the round of a unit that is done.
    """

    def think() -> Any:
        with _kept_lease(unit):
            return HANDLERS[Stage(unit.stage)].think(unit.round, unit.index)

    conclude(unit, think, then)


def conclude(
    unit: WorkUnit, think: Callable[[], Any], then: Callable[[int], object] = advance_round
) -> None:
    """Write what `think` returns and finish the unit; on trouble say so on its row."""
    try:
        thought = think()
        with transaction.atomic():
            _require_lease(unit)
            HANDLERS[Stage(unit.stage)].write(unit.round, unit.index, thought)
            if unit.server_id:
                unit.answers.all().delete()
            _finish(unit)
    except WorkerStops:
        logger.info("unit %s (%s %s) is given back", unit.pk, unit.stage, unit.index)
        give_back(unit)
    except (OversightError, ModelError) as error:
        tell_trouble(unit, error)
    except Exception as error:
        logger.exception("unit %s (%s %s) failed", unit.pk, unit.stage, unit.index)
        tell_trouble(unit, error)
    else:
        then(unit.round_id)


def tell_trouble(unit: WorkUnit, error: BaseException) -> None:
    """Say on the unit's row what went wrong with it, and whether and when it is due again."""
    if isinstance(error, LeaseLost):
        logger.warning("unit %s was taken over; this result is dropped", unit.pk)
        count_unit(unit, "dropped")
    elif isinstance(error, ModelUnavailable):
        _put_back(unit, str(error), is_failure=error.is_alone and not error.is_busy)
    elif isinstance(error, OversightError | ModelMisconfigured):
        _fail(unit, str(error))
    else:
        _put_back(unit, f"{type(error).__name__}: {error}", is_failure=True)


def give_back(unit: WorkUnit, *, until: datetime | None = None) -> None:
    """Let it go as it is: due at once, or from `until` on."""
    _held(unit).update(
        state=UnitState.PENDING,
        available_at=until or timezone.now(),
        ended_at=timezone.now(),
        lease_expires_at=None,
    )


def keep_leases(units: Collection[WorkUnit]) -> set[int]:
    """Renew the leases of these units; return the ids of those that are still held."""
    ids, tokens = [unit.pk for unit in units], [unit.token for unit in units]
    held = WorkUnit.objects.filter(pk__in=ids, token__in=tokens, state=UnitState.RUNNING)
    held.update(lease_expires_at=_lease_end())
    return set(held.values_list("pk", flat=True))


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
