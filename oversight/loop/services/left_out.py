"""Stages without which a round goes on: what of them does not come about is left out, and says why."""

from django.db.models import Q, QuerySet
from django.utils import timezone

from oversight.models import OF_CROSSING, Round, ServerState, Stage, UnitState, WorkUnit

TRIES = 5  # of a unit that waits, for a server or for a budget, and of a server that rests


def holding_up(round_: Round, stage: Stage) -> QuerySet[WorkUnit]:
    """Return the stage's units that the round waits for."""
    left = round_.units.filter(stage=stage).exclude(state=UnitState.DONE)
    return left.exclude(_is_given_up()) if stage in OF_CROSSING else left


def leave_out_the_rest(round_: Round) -> None:
    """Nobody takes up any more what its stage has left over; whoever is busy with it loses it."""
    if round_.stage in OF_CROSSING:
        left = round_.units.filter(stage=round_.stage).exclude(state=UnitState.DONE)
        left.update(state=UnitState.CANCELLED, ended_at=timezone.now(), lease_expires_at=None)


def _is_given_up() -> Q:
    waits_long = Q(state=UnitState.PENDING, attempts__gte=TRIES) & ~Q(error="")
    is_dead = Q(server__state=ServerState.RESTING, server__failures__gte=TRIES)
    return Q(state=UnitState.FAILED) | waits_long | Q(state=UnitState.PENDING) & is_dead
