"""Stages without which a round goes on: what of them does not come about is left out, and says why."""

from django.db.models import OuterRef, Q, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Concat
from django.utils import timezone

from oversight.models import (
    OF_CROSSING,
    ModelServer,
    Round,
    ServerState,
    Stage,
    UnitState,
    WorkUnit,
)

TRIES = 5  # of a unit that waits, for a server or for a budget, and of a server that rests


def holding_up(round_: Round, stage: Stage) -> QuerySet[WorkUnit]:
    """Return the stage's units that the round waits for."""
    left = round_.units.filter(stage=stage).exclude(state=UnitState.DONE)
    if stage not in OF_CROSSING:
        return left
    wanted = left.exclude(_is_lost())
    return wanted.none() if _are_given_up(wanted) else wanted


def leave_out_the_rest(round_: Round) -> None:
    """Nobody takes up any more what its stage has left over; whoever is busy with it loses it."""
    if round_.stage in OF_CROSSING:
        left = round_.units.filter(stage=round_.stage).exclude(state=UnitState.DONE)
        dead = left.filter(_is_of_a_dead_worker(), error="", attempts__gte=TRIES)
        dead.update(error="Whoever was at it stopped before it was done, again and again.")
        silent = left.filter(_is_of_a_dead_server(), error="")
        silent.update(error=Subquery(_SERVER.values("words")[:1]))
        left.update(state=UnitState.CANCELLED, ended_at=timezone.now(), lease_expires_at=None)


_SERVER = ModelServer.objects.filter(pk=OuterRef("server")).annotate(
    words=Concat("location", Value(" did not answer: "), "last_error", output_field=TextField())
)


def _is_of_a_dead_server() -> Q:
    return Q(server__state=ServerState.RESTING, server__failures__gte=TRIES)


def _is_lost() -> Q:
    return Q(state=UnitState.FAILED) | Q(state=UnitState.PENDING) & _is_of_a_dead_server()


def _are_given_up(units: QuerySet[WorkUnit]) -> bool:
    """One was tried for all of them: while it waits the others wait too, and nobody tries those."""
    waits = Q(state=UnitState.PENDING) & ~Q(error="")
    in_vain = units.filter(waits | _is_of_a_dead_worker(), attempts__gte=TRIES)
    runs = units.filter(state=UnitState.RUNNING).exclude(_is_of_a_dead_worker())
    return in_vain.exists() and not runs.exists()


def _is_of_a_dead_worker() -> Q:
    return Q(state=UnitState.RUNNING) & WorkUnit.claimable_now()
