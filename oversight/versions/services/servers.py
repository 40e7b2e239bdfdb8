"""What all workers know of a model server: whether it answers, and if not, when it is tried again."""

from collections.abc import Collection
from datetime import timedelta

from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from oversight.models import ModelServer, ModelVersion, ServerState
from oversight.versions.policies.servers import LONGEST_REST, rest_after

# Who probes it says so again within this; after it another may.
PROBE = timedelta(seconds=2 * settings.UNIT_LEASE_SECONDS)
LONGEST_ERROR = 1000


def server_of(version: ModelVersion) -> ModelServer:
    """Return the row of a version's server; written where it is the first that is there."""
    server, _ = ModelServer.objects.get_or_create(
        location=version.location, api_key_env=version.api_key_env
    )
    return server


def put_to_rest(server_id: int, reason: str) -> None:
    """Nobody asks it for a while, longer after each failure in a row."""
    now = timezone.now()
    server = ModelServer.objects.get(pk=server_id)
    # One that sleeps was asked a moment too late.
    ModelServer.objects.filter(pk=server_id).exclude(state=ServerState.SLEEPING).update(
        state=ServerState.RESTING,
        failures=F("failures") + 1,
        last_error=reason.replace("\0", "")[:LONGEST_ERROR] or "It gave no answer.",
        failed_at=now,
        next_try=now + rest_after(server.failures + 1),
    )


def wake(server_id: int) -> None:
    """It has answered: all that waits for it is due."""
    ModelServer.objects.filter(pk=server_id, state=ServerState.RESTING).update(
        state=ServerState.ANSWERING, failures=0, next_try=None, answered_at=timezone.now()
    )


def take_probe(server_id: int) -> bool:
    """Whether this worker is the one that tries a resting server again."""
    later = timezone.now() + PROBE
    return bool(due_for_a_try().filter(pk=server_id).update(next_try=later))


def note_flow(server_id: int, *, in_flight: int, refused: dict[str, list[str]]) -> None:
    """Keep how much it was found to take and what it refuses, for other workers and for people."""
    ModelServer.objects.filter(pk=server_id, state=ServerState.ANSWERING).update(
        in_flight=in_flight, refused=refused, answered_at=timezone.now()
    )


def hold_probes(server_ids: Collection[int]) -> None:
    """Keep others from trying resting servers that this worker is still trying."""
    if server_ids:
        resting = ModelServer.objects.filter(pk__in=server_ids, state=ServerState.RESTING)
        resting.update(next_try=timezone.now() + PROBE)


def due_for_a_try() -> "QuerySet[ModelServer]":
    """Return the resting servers whose next try has come.

    One that lies further ahead than it is ever put off was written before the clock was set back.
    """
    now = timezone.now()
    no_rest = now + 2 * max(PROBE, LONGEST_REST)
    due = Q(next_try__lte=now) | Q(next_try__gt=no_rest)
    return ModelServer.objects.filter(due, state=ServerState.RESTING)
