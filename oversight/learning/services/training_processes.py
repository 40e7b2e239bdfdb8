"""Training processes: watched to their end; when everything stops, they stop too."""

import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from django.conf import settings

from models_srv.training import (
    TrainingRefusedError,
    TrainingStatus,
    start_training,
    training_status,
)

POLL_SECONDS = 0.5
MAX_RESTARTS = 2
RUN_FOLDERS = "*/*/round-*"


def nothing() -> None:
    """What most watchers do when a process starts, and while it runs."""


def train_to_the_end(
    folder: Path, *, started: Callable[[], None] = nothing, polled: Callable[[], None] = nothing
) -> TrainingStatus:
    """Return how the folder's training ended; "lost" where it died again after each restart.

    The process outlives the worker that watches it: a new watcher finds it by its folder.
    `started` is called once this watcher has started it, `polled` while it runs and after its end.
    """
    for _ in range(MAX_RESTARTS + 1):
        status = _watch(folder, started, polled)
        if status.state != "lost":
            break
    return status


def why_it_ended(status: TrainingStatus) -> str:
    """Return in words why a training gave nothing."""
    return status.reason or f"the training {status.state}"


def kill_training_processes() -> None:
    """End all training processes of this stack outright.

    Not by SIGTERM, which would record that somebody cancelled them: killed ones count as lost, and
    the next start trains again from the same rows and seed.
    """
    for folder in Path(settings.ARTIFACTS).glob(RUN_FOLDERS):
        status = training_status(folder)
        if status.state == "running" and status.pid:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(status.pid, signal.SIGKILL)


def _watch(folder: Path, started: Callable[[], None], polled: Callable[[], None]) -> TrainingStatus:
    """Start the process unless it runs or has ended already; watch it until it ends."""
    status = training_status(folder)
    if status.state == "lost":
        with suppress(TrainingRefusedError):  # another watcher was quicker: then watch that one
            start_training(folder)
            started()
        status = training_status(folder)
    while status.state == "running":
        time.sleep(POLL_SECONDS)
        polled()
        status = training_status(folder)
    polled()
    return status
