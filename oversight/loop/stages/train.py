"""A process of its own trains; this stage starts it, watches it and takes up its result."""

from pathlib import Path

from django.db.models import QuerySet
from django.utils import timezone

from models_srv.training import TrainingStatus, cancel_training, read_metrics
from oversight.errors import OversightError
from oversight.learning.policies.trainable import why_not_trained
from oversight.learning.selectors.updates import told_too_few
from oversight.learning.services.critic_gap import measure_critic
from oversight.learning.services.run_folder import prepare_run_folder, too_few_preferences
from oversight.learning.services.trained_version import create_version, share_model
from oversight.learning.services.training_processes import train_to_the_end, why_it_ended
from oversight.loop.services.stopping import WorkerStops, stop_here
from oversight.models import Role, Round, RunState, TrainingRun
from oversight.versions.services.sleeping import servers_asleep


def unit_count(round_: Round) -> int:
    """None where the round only puts a candidate from elsewhere before the gate."""
    return int(round_.candidate_id is None)


def think(round_: Round, index: int) -> TrainingStatus | None:
    """Return how the training ended; None where there is nothing to train on."""
    run = round_.training_run
    if run.state == RunState.SKIPPED or _skip(run):
        return None
    return train_in(prepare_run_folder(run), run)


def train_in(folder: Path, run: TrainingRun) -> TrainingStatus:
    """Train what the folder holds, a run of any role, and return how that ended; its model is shared.

    Raises OversightError where the process ended without a result.
    """
    with servers_asleep(left_by=WorkerStops) as vouch:

        def polled() -> None:
            vouch()
            follow(run, folder)

        status = train_to_the_end(folder, started=lambda: mark_running(run), polled=polled)
    if status.state == "lost":
        raise OversightError(f"training run {run.pk} ended without a result: {status.reason}")
    if status.state == "succeeded":
        share_model(status)
    return status


def write(round_: Round, index: int, status: TrainingStatus | None) -> None:
    """Store the result. A run that failed or was cancelled leaves the old version active."""
    if status is None:
        return
    run = TrainingRun.objects.select_for_update().get(round=round_, role=Role.LEARNER)
    take_up(run, status)


def take_up(run: TrainingRun, status: TrainingStatus) -> None:
    """Write on the run's row what came of it, with the new version. Call inside a transaction."""
    run.finished_at = timezone.now()
    run.result = status.result or {}
    if status.state == "succeeded":
        run.result_version = create_version(run)
        run.state = RunState.SUCCEEDED
    else:
        run.state = RunState.CANCELLED if status.state == "cancelled" else RunState.FAILED
        run.reason = why_it_ended(status)
    run.save()


def _skip(run: TrainingRun) -> bool:
    """Mark the run skipped, with the reason, where the learner cannot be trained here, the snapshot is
    too small or has been used, or the critic guesses and the campaign trains on no guesses."""
    reason = (
        why_not_trained(run.parent, run.settings["method"]) or _too_few(run) or measure_critic(run)
    )
    if reason:
        mark_skipped(run, reason)
    return bool(reason)


def _too_few(run: TrainingRun) -> str:
    """Return why there is nothing to train on, in the words in which the campaign's page says it."""
    reason, snapshot, least = (
        too_few_preferences(run),
        run.snapshot,
        run.settings["min_preferences"],
    )
    if snapshot is None or snapshot.train_count >= least:
        return reason
    whole = snapshot.train_count + snapshot.validation_count
    return told_too_few(whole, snapshot.validation_count, least)


def mark_skipped(run: TrainingRun, reason: str) -> None:
    _not_cancelled(run).update(state=RunState.SKIPPED, reason=reason, finished_at=timezone.now())


def _not_cancelled(run: TrainingRun) -> QuerySet[TrainingRun]:
    """The run's row, unless its round was cancelled since it was read."""
    return TrainingRun.objects.filter(pk=run.pk).exclude(state=RunState.CANCELLED)


def mark_running(run: TrainingRun) -> None:
    _not_cancelled(run).update(
        state=RunState.RUNNING, started_at=timezone.now(), metrics=[], metrics_offset=0
    )


def follow(run: TrainingRun, folder: Path) -> None:
    """Copy the metrics that have come; pass on the wish to cancel; let go where the worker stops.

    The process goes on without its watcher, and the next one finds it by its folder.
    """
    stop_here()
    _copy_metrics(run, folder)
    if TrainingRun.objects.filter(pk=run.pk, is_cancel_requested=True).exists():
        cancel_training(folder)


def _copy_metrics(run: TrainingRun, folder: Path) -> None:
    run.refresh_from_db(fields=["metrics", "metrics_offset"])
    rows, offset = read_metrics(folder, run.metrics_offset)
    if rows:
        # Guarded by the old offset, so that two watchers never write a row twice.
        TrainingRun.objects.filter(pk=run.pk, metrics_offset=run.metrics_offset).update(
            metrics=[*run.metrics, *rows], metrics_offset=offset
        )
