"""Servers that share a GPU with training: they sleep while a model is trained, and are proven after."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from models_srv.serving.adapters import AdapterServer, ServerKeys
from models_srv.types import ModelMisconfigured, ModelUnavailable
from oversight.models import (
    Delivery,
    ModelServer,
    ModelVersion,
    ServedState,
    ServerState,
    Stage,
    UnitState,
    WorkUnit,
)
from oversight.versions.selectors.served import overslept, sleepers
from oversight.versions.services.servers import put_to_rest, server_of

logger = logging.getLogger(__name__)

# Whoever watches the training says so again within this; after it any worker wakes the server.
VOUCHED = timedelta(seconds=4 * settings.UNIT_LEASE_SECONDS)
TRAININGS = (Stage.REWARD, Stage.TRAIN, Stage.COACH)
WHY = "It sleeps while a model is trained on its GPU."


@contextmanager
def servers_asleep(*, left_by: type[BaseException]) -> Iterator[Callable[[], None]]:
    """Let the servers sleep that share a GPU with training; yields what says that it goes on.

    They are woken however the training ends, by the last one where several trainings are under way.
    A watcher that only lets go (`left_by`) leaves them asleep, since the training goes on: the next one
    vouches for them. Raises ModelUnavailable or ModelMisconfigured where one does not sleep: the GPU
    would not hold both.
    """
    rows = {server_of(version).pk: version for version in sleepers()}
    try:
        for server_id, version in rows.items():
            _lay_down(server_id, version)
        yield lambda: _vouch(rows)
    except left_by:
        raise
    except BaseException:
        _wake_if_last(rows)
        raise
    _wake_if_last(rows)


def wake_overslept() -> None:
    """Wake the servers that nobody vouches for any more: who put them to sleep has died."""
    for server in overslept():
        version = sleepers(any_version=True).filter(location=server.location).first()
        if version:
            _wake(server.pk, version)
        else:
            _answers(server.pk)


def _lay_down(server_id: int, version: ModelVersion) -> None:
    """First nothing new is sent there; what is under way is answered before it sleeps."""
    until = timezone.now() + VOUCHED
    ModelServer.objects.filter(pk=server_id).update(
        state=ServerState.SLEEPING, last_error=WHY, failed_at=timezone.now(), next_try=until
    )
    for address in version.addresses:
        with AdapterServer(address, _keys(version)) as server:
            server.sleep()


def _vouch(rows: dict[int, ModelVersion]) -> None:
    """Write it once in a while only: it is called twice a second."""
    half = timezone.now() + VOUCHED / 2
    sleeping = ModelServer.objects.filter(pk__in=rows, state=ServerState.SLEEPING)
    sleeping.filter(next_try__lt=half).update(next_try=timezone.now() + VOUCHED)


def _wake_if_last(rows: dict[int, ModelVersion]) -> None:
    """Whoever ends while another model is trained leaves the waking to that one's watcher."""
    if _others_train():
        return
    for server_id, version in rows.items():
        _wake(server_id, version)


def _others_train() -> bool:
    """Whether a training is under way besides the one that ends here, whose unit still runs. Two that end
    at the same moment may each see the other: the servers wake as those that overslept do."""
    units = WorkUnit.objects.filter(stage__in=TRAININGS, state=UnitState.RUNNING)
    return units.filter(lease_expires_at__gt=timezone.now()).count() > 1


def _wake(server_id: int, version: ModelVersion) -> None:
    """Let it answer again, and what it has loaded be proven anew. One that does not wake rests like
    any that does not answer."""
    try:
        for address in version.addresses:
            with AdapterServer(address, _keys(version)) as server:
                server.wake_up()
    except ModelMisconfigured:  # it knows no sleep, so that it is awake
        _answers(server_id)
    except ModelUnavailable as error:
        logger.warning("%s does not wake: %s", version.location, error)
        _answers(server_id)
        put_to_rest(server_id, f"It does not wake: {error}")
    else:
        _answers(server_id)
        rows = Delivery.objects.filter(version__location=version.location)
        rows.filter(state=ServedState.PROVEN).update(looked_at=None)


def _answers(server_id: int) -> None:
    ModelServer.objects.filter(pk=server_id, state=ServerState.SLEEPING).update(
        state=ServerState.ANSWERING, failures=0, next_try=None
    )


def _keys(version: ModelVersion) -> ServerKeys:
    return ServerKeys(version.api_key_env, version.control_key_env)
