"""What keeps versions on their servers: put back to work, loaded again, taken off when done with."""

import logging
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from models_srv.serving.delivering import is_served, unload
from models_srv.types import ModelError, ModelMisconfigured, ModelUnavailable
from oversight.dispatch import send_after_commit
from oversight.errors import OversightError, WrongState
from oversight.models import (
    Act,
    ActiveVersion,
    Delivery,
    ModelVersion,
    Promotion,
    ServedState,
    User,
)
from oversight.versions.selectors.served import (
    deliveries_to_look_at,
    due_deliveries,
    idle_deliveries,
    overslept,
)
from oversight.versions.services.delivery import (
    Outcome,
    begin_delivery,
    conclude_delivery,
    place_of,
    try_delivery,
)
from oversight.versions.services.loading import SERVERS
from oversight.versions.services.promotion import make_active, roll_back
from oversight.versions.services.sleeping import wake_overslept

logger = logging.getLogger(__name__)

# What is loaded and proven again is known by its canary: it takes a network and no weights.
QUEUE = SERVERS
LEASE = timedelta(minutes=10)
AGAIN_AFTER = timedelta(seconds=15)
FORGOTTEN = "A server of it was started anew: it is loaded again."


def put_back(*, version: ModelVersion, user: User, reason: str = "") -> None:
    """Put a former version back to work. One that is loaded at run time is proven first, by a worker,
    and loaded again where it has to be; it is at work once it is proven.

    Raises WrongState as `roll_back`, and where it is on its way already.
    """
    if not version.is_loaded_by_us:
        roll_back(version=version, user=user, reason=reason)
        return
    if not Promotion.objects.filter(version=version).exists():
        raise WrongState(f"{version} (version {version.pk}) was never at work")
    with transaction.atomic():
        row = Delivery.objects.select_for_update().filter(version=version).first()
        row = row or begin_delivery(version=version)
        if row.state == ServedState.LOADING and row.asked_by_id:
            raise WrongState(f"{version} is on its way to its servers already")
        row.state, row.outcome, row.lease_expires_at = ServedState.LOADING, "", None
        row.asked_by, row.reason = user, reason
        row.save()
        send_after_commit("oversight.tasks.serve_models", queue=QUEUE)


def have_loaded(version: ModelVersion) -> None:
    """Let a version that its servers were told to forget be loaded and proven again: it is asked."""
    forgotten = Delivery.objects.filter(version=version, state=ServedState.UNLOADED)
    if forgotten.update(state=ServedState.LOADING, waits_for="", lease_expires_at=None):
        send_after_commit("oversight.tasks.serve_models", queue=QUEUE)


def dispatch_serving() -> None:
    """Wake a worker where a version has to be loaded, looked at or taken off its servers, or a server
    woken."""
    due = (due_deliveries(), deliveries_to_look_at(), idle_deliveries(), overslept())
    if any(rows.exists() for rows in due):
        send_after_commit("oversight.tasks.serve_models", queue=QUEUE)


def serve_models() -> int:
    """Do what `dispatch_serving` saw; return how many versions were loaded. One worker at a time."""
    wake_overslept()
    loaded = 0
    while (row := _claim()) is not None:
        _load(row)
        loaded += 1
    for row in deliveries_to_look_at().select_related("version"):
        _look_at(row)
    for row in idle_deliveries().select_related("version"):
        _take_off(row)
    return loaded


def _claim() -> Delivery | None:
    with transaction.atomic():
        rows = due_deliveries().select_for_update(skip_locked=True, of=("self",))
        row = rows.select_related("version").order_by("pk").first()
        if row:
            row.lease_expires_at = timezone.now() + LEASE
            row.save(update_fields=["lease_expires_at"])
    return row


def _load(row: Delivery) -> None:
    try:
        outcome = try_delivery(row.version)
    except ModelUnavailable:
        soon = timezone.now() + AGAIN_AFTER
        Delivery.objects.filter(pk=row.pk).update(lease_expires_at=soon)
        return
    except (ModelMisconfigured, OversightError) as error:
        outcome = Outcome(str(error))
    except Exception as error:
        logger.exception("version %s could not be brought to its servers", row.version_id)
        outcome = Outcome(f"{type(error).__name__}: {error}")
    _conclude(row, outcome)


def _conclude(row: Delivery, outcome: Outcome) -> None:
    """Write down what came of it, and put the version to work where somebody waits for that."""
    with transaction.atomic():
        written = conclude_delivery(version=row.version, outcome=outcome)
        if written.asked_by and not outcome.problem:
            _put_to_work(written)
        written.asked_by, written.reason = None, ""
        written.save(update_fields=["asked_by", "reason"])
        if outcome.problem:
            _take_back(row.version, outcome.problem)


def _put_to_work(row: Delivery) -> None:
    try:
        make_active(
            version=row.version,
            reason=row.reason or "put back to work by hand",
            user=row.asked_by,
            act=Act.MODEL_ROLLED_BACK,
        )
    except WrongState as error:
        logger.warning("%s is proven, but not put to work: %s", row.version, error)


def _look_at(row: Delivery) -> None:
    """Prove once more what is in use: a server may have been started anew, or answer with other
    weights by now. One that has forgotten it is given it again; what is not served is taken back."""
    proven = Delivery.objects.filter(pk=row.pk, state=ServedState.PROVEN)
    if not proven.filter(looked_at=row.looked_at).update(looked_at=timezone.now()):
        return  # another worker is at it
    try:
        if not is_served(place_of(row.version)):
            proven.update(state=ServedState.LOADING, waits_for=FORGOTTEN)
            return
        outcome = try_delivery(row.version)
    except (ModelError, OversightError):
        return  # a server that is away may have it still, and whoever asks it says so
    with transaction.atomic():
        if not proven.select_for_update().exists():
            return
        conclude_delivery(version=row.version, outcome=outcome)
        if outcome.problem:
            _take_back(row.version, outcome.problem)


def _take_back(version: ModelVersion, problem: str) -> None:
    """Undo a promotion whose version is not served; where it cannot be undone, the page says so."""
    if not ActiveVersion.objects.filter(version=version).exists():
        return
    last = Promotion.objects.filter(version=version).first()
    if last is None or last.previous is None:
        return
    reason = f"{version} is not served, and was taken back: {problem}"
    try:
        make_active(version=last.previous, reason=reason, act=Act.MODEL_ROLLED_BACK)
    except WrongState as error:
        logger.warning("%s is not served, and stays at work: %s", version, error)


def _take_off(row: Delivery) -> None:
    """Take a version off its servers that nobody asks any more; a server that is away keeps it."""
    try:
        unload(place_of(row.version))
    except (ModelError, OversightError) as error:
        logger.info("%s stays on its servers: %s", row.version, error)
        return
    Delivery.objects.filter(pk=row.pk, state=ServedState.PROVEN).update(state=ServedState.UNLOADED)
