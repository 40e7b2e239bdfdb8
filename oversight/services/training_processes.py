"""Training processes outlive their watchers; when everything stops, they stop too."""

import os
import signal
from contextlib import suppress
from pathlib import Path

from django.conf import settings

from models_srv.training import training_status
from oversight.models import RunState, TrainingRun


def kill_training_processes() -> None:
    """End the processes of running trainings outright.

    Not by SIGTERM, which would record that somebody cancelled them: killed ones count as lost, and
    the next start trains again from the same snapshot and seed.
    """
    for run in TrainingRun.objects.filter(state=RunState.RUNNING).exclude(folder=""):
        status = training_status(Path(settings.ARTIFACTS) / run.folder)
        if status.state == "running" and status.pid:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(status.pid, signal.SIGKILL)
