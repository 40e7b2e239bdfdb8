"""Units whose models are behind servers: requests of many units and campaigns are under way together.

One desk in a process. Its thread does all that has to do with the database; the requests are in the
process's event loop (`models_srv.backends.event_loop`), which knows nothing of it.
"""

import logging
import threading
import time
from collections import Counter
from collections.abc import Sequence
from functools import partial
from queue import Empty, SimpleQueue
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q

from models_srv.types import Generation, ModelError, ModelUnavailable
from oversight.errors import OversightError
from oversight.loop.services.asked_servers import AskedServers
from oversight.loop.services.flights import Arrival, Flight, keep_answers
from oversight.loop.services.stopping import is_stopping
from oversight.loop.services.watching import about_unit
from oversight.loop.services.work import (
    claim_in_turn,
    claim_probe,
    conclude,
    give_back,
    keep_leases,
    probes_due,
    tell_trouble,
    turns,
)
from oversight.loop.stages import HANDLERS
from oversight.models import ModelServer, Round, Stage, WorkUnit
from oversight.versions.services.loading import SERVERS
from oversight.versions.services.servers import (
    hold_probes,
    put_to_rest,
    take_probe,
    wake,
)
from oversight.versions.services.watched import count_failure, count_generations

logger = logging.getLogger(__name__)

# Look for new work at least so often, in seconds, as answers come so often at most, since what is asked
# ahead lasts longer; and gather what arrives for so long.
LOOK_SECONDS = 1.0
SOON_SECONDS = 0.2
GATHER_SECONDS = 0.02
# Of a round this much of what its server may take at a time is asked for, so that it is never idle.
AHEAD = 1.5
# So long new work is taken up; then the worker is free for whoever wants it stopped.
SPELL_SECONDS = 900.0

_taken = threading.Lock()


def work_at_desk() -> int:
    """Have everything answered that waits for a server, until nothing is due. Return how many units.

    At once 0 where this process is at it already.
    """
    if not _taken.acquire(blocking=False):
        return 0
    try:
        return Desk().work()
    finally:
        _taken.release()


class Desk:
    """`work` returns once nothing is due and nothing is under way."""

    def __init__(self) -> None:
        self._flights: dict[UUID, Flight] = {}
        self._arrivals: SimpleQueue[Arrival] = SimpleQueue()
        self._asked = AskedServers()
        self._plans: dict[int, Any] = {}
        self._done = 0
        self._closes_at = time.monotonic() + SPELL_SECONDS
        self._looked_at = self._looks_at = self._keeps_at = 0.0

    def work(self) -> int:
        try:
            self._take_units()
            while self._flights and not is_stopping():
                self._land(self._arrived())
                self._keep()
                self._take_units()
            self._hand_on()
            self._asked.note_flows()
        finally:
            for flight in self._flights.values():
                flight.give_up()
        return self._done

    # Taking up

    def _take_units(self) -> None:
        """Take up units as long as their servers are not yet asked for enough, and probes."""
        now = time.monotonic()
        if now < self._looks_at or now > self._closes_at or is_stopping():
            return
        for server_id in probes_due():
            if take_probe(server_id) and (unit := claim_probe(server_id)) is not None:
                self._take(unit, is_probe=True)
        rounds = turns(SERVERS)
        while (unit := claim_in_turn(SERVERS, rounds, but=self._full())) is not None:
            self._take(unit)
            rounds.append(rounds.pop(rounds.index(unit.round_id)))
            self._keep()  # of hundreds the first one's lease would end before the last is taken
        # Counted from the end: what takes long is not done all the time.
        self._looked_at = time.monotonic()
        self._looks_at = self._looked_at + LOOK_SECONDS

    def _full(self) -> Q | None:
        """Return of which rounds a server is asked for enough, and which servers may be dead."""
        asked: Counter[tuple[int, int | None]] = Counter()
        full = Q()
        for flight in self._flights.values():
            asked[flight.unit.round_id, flight.unit.server_id] += len(flight.under_way)
            if flight.failures or flight.is_probe:
                full |= Q(server_id=flight.unit.server_id)
        for (round_id, server_id), count in asked.items():
            if server_id is not None and count >= AHEAD * self._asked.takes(server_id):
                full |= Q(round_id=round_id, server_id=server_id)
        return full or None

    def _take(self, unit: WorkUnit, *, is_probe: bool = False) -> None:
        try:
            flight = self._flight(unit, is_probe=is_probe)
            self._flights[unit.token] = flight
            flight.begin()
        except (OversightError, ModelError) as error:
            self._give_up(unit, error)
        except Exception as error:
            logger.exception("unit %s (%s %s) failed", unit.pk, unit.stage, unit.index)
            self._give_up(unit, error)
        else:
            if flight.is_complete:
                self._conclude(flight)

    def _flight(self, unit: WorkUnit, *, is_probe: bool) -> Flight:
        ask = HANDLERS[Stage(unit.stage)].ask
        assert ask is not None
        unit.round = self._round(unit.round_id)
        questions = ask(unit.round, unit.index)
        self._asked.know(each.version for each in questions)
        if is_probe:
            for each in questions:
                self._asked.client(each.version).rest()
        submit = partial(self._asked.submit, unit.round.campaign_id)
        return Flight(unit, questions, submit, self._arrivals.put, is_probe=is_probe)

    def _hand_on(self) -> None:
        """Let other workers have what is under way where this one is to stop: its answers are kept."""
        for flight in list(self._flights.values()):
            self._drop(flight)
            give_back(flight.unit)

    def _give_up(self, unit: WorkUnit, error: BaseException) -> None:
        self._drop(self._flights.get(unit.token))
        tell_trouble(unit, error)

    def _round(self, round_id: int) -> Round:
        """Read the round anew but for its plan, which is frozen and may be megabytes."""
        related = ("campaign", "learner", "attacker", "critic")
        round_ = Round.objects.defer("plan").select_related(*related).get(pk=round_id)
        if round_id not in self._plans:
            self._plans[round_id] = round_.plan
        round_.plan = self._plans[round_id]
        return round_

    # Landing

    def _arrived(self) -> list[Arrival]:
        try:
            found = [self._arrivals.get(timeout=LOOK_SECONDS)]
        except Empty:
            return []
        time.sleep(GATHER_SECONDS)
        while not self._arrivals.empty():
            found.append(self._arrivals.get())
        return found

    def _land(self, arrivals: Sequence[Arrival]) -> None:
        """Keep the answers that came, then see to what went wrong and to the units that are whole."""
        landed: list[tuple[Flight, int, list[Generation]]] = []
        for each in arrivals:
            flight = self._flights.get(each.token)
            if flight is None:
                continue
            version = flight.questions[each.number].version
            if isinstance(each.outcome, BaseException):
                count_failure(version, each.outcome)
            if isinstance(each.outcome, ModelUnavailable):
                flight.miss(each.number, each.outcome)
            elif isinstance(each.outcome, BaseException):
                self._fail(flight, each.outcome)
            else:
                count_generations(version, each.outcome, each.outcome[0].latency_ms / 1000)
                flight.land(each.number, each.outcome)
                landed.append((flight, each.number, each.outcome))
        keep_answers(landed)
        for flight in {id(flight): flight for flight, _, _ in landed}.values():
            self._go_on(flight)
        for flight in list(self._flights.values()):
            self._judge(flight)
        if arrivals:
            self._looks_at = self._looked_at + SOON_SECONDS if self._flights else 0.0

    def _go_on(self, flight: Flight) -> None:
        """An answer to a probe wakes its server; the last answer makes the unit whole."""
        if flight.unit.token not in self._flights:
            return
        if flight.is_probe and flight.unit.server_id is not None:
            flight.is_probe = False
            wake(flight.unit.server_id)
            flight.go_on()
        if flight.is_complete:
            self._conclude(flight)

    def _conclude(self, flight: Flight) -> None:
        del self._flights[flight.unit.token]
        read = HANDLERS[Stage(flight.unit.stage)].read
        assert read is not None
        unit = flight.unit
        with about_unit(unit):
            conclude(unit, lambda: read(unit.round, unit.index, flight.answered()))
        self._done += 1
        self._keep()

    def _fail(self, flight: Flight, error: BaseException) -> None:
        """Settings are wrong, or we are: another answer would not help."""
        unit = flight.unit
        if not isinstance(error, OversightError | ModelError):
            logger.error("unit %s (%s %s) failed", unit.pk, unit.stage, unit.index, exc_info=error)
        self._give_up(unit, error)

    def _judge(self, flight: Flight) -> None:
        """A server that answers nobody rests; else it is the unit's trouble, once all else has come."""
        if flight.unit.token not in self._flights:
            return
        for number, error in flight.failures.items():
            version = flight.questions[number].version
            client = self._asked.client(version)
            error.is_alone = (
                error.is_alone
                or client.answered_at > error.failed_at
                # It did answer others when this unit came to nothing before, and says something now.
                or (flight.unit.failures > 0 and not (error.is_lost or error.is_busy))
            )
            if not error.is_alone and client.is_dead_since(error.failed_at):
                # Others wait for it too, whose model has another name.
                title = f"{version.served_name} at {version.location} "
                self._put_to_rest(self._asked.server(version).pk, str(error).removeprefix(title))
                return
        errors = list(flight.failures.values())
        if errors and not flight.under_way and all(error.is_alone for error in errors):
            self._give_up(flight.unit, errors[0])

    def _put_to_rest(self, server_id: int, reason: str) -> None:
        logger.warning("server %s rests: %s", server_id, reason)
        put_to_rest(server_id, reason)
        server = ModelServer.objects.get(pk=server_id)
        for flight in list(self._flights.values()):
            if server_id in {self._asked.server(each.version).pk for each in flight.questions}:
                self._drop(flight)
                # One of another server's would else be taken up again at once.
                is_own = flight.unit.server_id == server_id
                give_back(flight.unit, until=None if is_own else server.next_try)

    def _drop(self, flight: Flight | None) -> None:
        if flight is not None:
            self._flights.pop(flight.unit.token, None)
            flight.give_up()

    # Keeping

    def _keep(self) -> None:
        """Renew the leases in time, let go of what was cancelled, and say how the servers do."""
        now = time.monotonic()
        if now < self._keeps_at:
            return
        self._keeps_at = now + settings.UNIT_LEASE_SECONDS / 3
        held = keep_leases([flight.unit for flight in self._flights.values()])
        for flight in list(self._flights.values()):
            if flight.unit.pk not in held:
                self._drop(flight)
        probes = (flight.unit.server_id for flight in self._flights.values() if flight.is_probe)
        hold_probes([pk for pk in probes if pk is not None])
        self._asked.note_flows()
