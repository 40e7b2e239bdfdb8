"""Versions that somebody chose are tried where models run, and put to work once they have answered."""

import logging
from datetime import timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from models_srv.trying import try_model
from models_srv.types import ModelError
from oversight.dispatch import send_after_commit
from oversight.errors import OversightError, WrongState
from oversight.models import BackendKind, ModelVersion, Trial, TrialState, User
from oversight.versions.services.delivery import (
    Outcome,
    begin_delivery,
    conclude_delivery,
    try_delivery,
)
from oversight.versions.services.loading import INFERENCE, SERVERS, queue_of, spec_of
from oversight.versions.services.promotion import make_active

logger = logging.getLogger(__name__)

# Who tries what, by where models of that kind are asked.
TASKS = {
    INFERENCE: "oversight.tasks.try_models",
    SERVERS: "oversight.tasks.try_served_models",
}
# A large model is a while in loading; a worker that died meanwhile is followed by another.
LEASE = timedelta(minutes=15)


def begin_trial(*, version: ModelVersion, user: User, reason: str) -> Trial:
    """Let a worker try the version, and put it to work where it answers."""
    trial = Trial.objects.create(version=version, asked_by=user, reason=reason)
    if version.is_loaded_by_us:
        begin_delivery(version=version)
    _send(_queue(version))
    return trial


def repeat_trial(*, version: ModelVersion, user: User, reason: str) -> None:
    """Let a worker try once more a version that did not answer. Raises WrongState where it is no such."""
    failed = Trial.objects.filter(version=version, state=TrialState.FAILED)
    again = failed.update(
        state=TrialState.WAITING,
        outcome="",
        ended_at=None,
        lease_expires_at=None,
        asked_by=user,
        reason=reason or F("reason"),
    )
    if not again:
        raise WrongState(f"{version} is not one that was tried and did not answer")
    _send(_queue(version))


def dispatch_trials() -> None:
    """Wake a worker where a trial is due: the message that did so before may be lost."""
    for queue in TASKS:
        if _due(queue).exists():
            _send(queue)


def try_models(queue: str = "") -> int:
    """Try every version that is due, of a queue's or of all, the oldest first; return how many.

    A server that does not answer holds up no model that is loaded here, nor the other way round.
    """
    tried = 0
    while (trial := _claim(queue)) is not None:
        _conclude(trial, _problem(trial.version))
        tried += 1
    return tried


def _queue(version: ModelVersion) -> str:
    """Return who tries it. What an adapter's own weights say, for its server to be compared with, is
    measured where models are loaded."""
    is_measured = version.is_loaded_by_us and version.weights
    return INFERENCE if is_measured else queue_of([version])


def _send(queue: str) -> None:
    send_after_commit(TASKS[queue], queue=queue)


def _due(queue: str) -> QuerySet[Trial]:
    is_free = Q(lease_expires_at__isnull=True) | Q(lease_expires_at__lt=timezone.now())
    is_measured = ~Q(version__adapter="") & ~Q(version__weights="")
    is_served = Q(version__backend=BackendKind.OPENAI) & ~is_measured
    of_queue = {INFERENCE: ~is_served, SERVERS: is_served}.get(queue, Q())
    return Trial.objects.filter(is_free, of_queue, state=TrialState.WAITING)


def _claim(queue: str = "") -> Trial | None:
    with transaction.atomic():
        rows = _due(queue).select_for_update(skip_locked=True, of=("self",))
        trial = rows.order_by("pk").first()
        if trial:
            trial.lease_expires_at = timezone.now() + LEASE
            trial.save(update_fields=["lease_expires_at"])
    return trial


def _problem(version: ModelVersion) -> str:
    """Return why the version cannot be relied on, "" where it answers."""
    try:
        if version.is_loaded_by_us:
            outcome = try_delivery(version)
            conclude_delivery(version=version, outcome=outcome)
            if outcome.problem:
                return outcome.problem
        return try_model(spec_of(version), version.role)  # type: ignore[arg-type]
    except (OversightError, ModelError) as error:
        if version.is_loaded_by_us:
            conclude_delivery(version=version, outcome=Outcome(str(error)))
        return str(error)
    except Exception as error:
        logger.exception("version %s could not be tried", version.pk)
        return f"{type(error).__name__}: {error}"


def _conclude(trial: Trial, problem: str) -> None:
    """Put the version to work or keep why not, once, whoever else has tried it meanwhile."""
    with transaction.atomic():
        row = Trial.objects.select_for_update().get(pk=trial.pk)
        if row.state != TrialState.WAITING:
            return
        problem = problem or _put_to_work(row)
        row.state = TrialState.FAILED if problem else TrialState.PASSED
        row.outcome, row.ended_at = problem.replace("\0", "")[:2000], timezone.now()
        row.save(update_fields=["state", "outcome", "ended_at"])


def _put_to_work(trial: Trial) -> str:
    try:
        make_active(version=trial.version, reason=trial.reason or "configured", user=trial.asked_by)
    except OversightError as error:
        return str(error)
    return ""
