"""Starting, watching and stopping training processes. No heavy import: any process may use it."""

import contextlib
import json
import os
import shlex
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from models_srv.artifacts import read_json
from models_srv.training import locking
from models_srv.training.config import read_config
from models_srv.types import ModelError

TrainingState = Literal["running", "succeeded", "failed", "cancelled", "lost"]

RESULT_FILE = "result.json"
METRICS_FILE = "metrics.jsonl"
PID_FILE = "pid"
LOG_FILE = "log.txt"
CANCEL_FILE = "cancel"
_LAST_LOG_LINES = 5
# What starts the processes of a run on several GPUs, as in "accelerate launch --config_file F".
LAUNCHER_VARIABLE = "TRAINING_LAUNCHER"


class TrainingRefusedError(ModelError):
    """The run cannot be started: its process is running, or it has ended already."""


@dataclass(frozen=True)
class TrainingStatus:
    """Where a run stands. `reason` is one readable line for failed, cancelled and lost runs."""

    state: TrainingState
    pid: int | None
    result: dict[str, Any] | None = None
    reason: str = ""


def start_training(run_dir: Path) -> int:
    """Start the run's process and return its pid. The process outlives this one.

    `run_dir` holds config.json and pairs.jsonl. A run that was lost may be started again: it
    begins anew. Raises TrainingRefusedError, or ModelMisconfigured for an impossible config.
    """
    config = read_config(run_dir)
    _refuse_ended(run_dir)
    lock = locking.acquire(run_dir)
    if lock is None:
        raise TrainingRefusedError(f"The run in {run_dir} is already running.")
    try:
        _refuse_ended(run_dir)  # again: it may have ended while it still held the lock
        with (run_dir / LOG_FILE).open("ab") as log:
            # The child inherits the locked descriptor: there is no moment without a lock in which
            # the run would look lost.
            process = subprocess.Popen(
                [*_launcher(), "-m", "models_srv.training", str(run_dir), "--lock", str(lock)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                pass_fds=(lock,),
                env=_environment(config.threads),
            )
    finally:
        os.close(lock)
    # Reaps the child when it ends, if this process still lives: no zombie is left.
    threading.Thread(target=process.wait, daemon=True).start()
    return process.pid


def _launcher() -> list[str]:
    return shlex.split(os.environ.get(LAUNCHER_VARIABLE, "")) or [sys.executable]


def _refuse_ended(run_dir: Path) -> None:
    if (run_dir / RESULT_FILE).exists() or (run_dir / CANCEL_FILE).exists():
        raise TrainingRefusedError(f"The run in {run_dir} has ended already.")


def training_status(run_dir: Path) -> TrainingStatus:
    """Return where the run stands. "lost": no result, and no process that could still write one."""
    is_alive = locking.is_held(run_dir)  # before the result, which a living process may yet write
    result = read_json(run_dir / RESULT_FILE)
    pid = _pid(run_dir)
    if result:
        return TrainingStatus(result["state"], pid, result, result.get("reason", ""))
    if is_alive:
        return TrainingStatus("running", pid)
    if (run_dir / CANCEL_FILE).exists():
        return TrainingStatus("cancelled", pid, reason="Cancelled before it could say so.")
    return TrainingStatus("lost", pid, reason=_loss_reason(run_dir))


def read_metrics(run_dir: Path, from_byte_offset: int = 0) -> tuple[list[dict[str, Any]], int]:
    """Return the rows written since the offset, and the offset to go on from.

    A last line that is still being written is left for the next call.
    """
    try:
        with (run_dir / METRICS_FILE).open("rb") as stream:
            stream.seek(from_byte_offset)
            data = stream.read()
    except FileNotFoundError:
        return [], from_byte_offset
    whole = data[: data.rfind(b"\n") + 1]
    rows = []
    for line in whole.splitlines():
        with contextlib.suppress(ValueError):
            rows.append(json.loads(line))
    return rows, from_byte_offset + len(whole)


def cancel_training(run_dir: Path) -> bool:
    """Ask the run to stop; say whether there was a process to ask. It ends within a second or so.

    A run that has not begun will not begin; one that has ended stays as it is.
    """
    if (run_dir / RESULT_FILE).exists():
        return False
    (run_dir / CANCEL_FILE).touch()
    pid = _pid(run_dir)
    # The lock first: without it the pid may be another program's by now.
    if not locking.is_held(run_dir) or pid is None:
        return False
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGTERM)
        return True
    return False


def _pid(run_dir: Path) -> int | None:
    with contextlib.suppress(FileNotFoundError, ValueError):
        return int((run_dir / PID_FILE).read_text())
    return None


def _loss_reason(run_dir: Path) -> str:
    reason = "The process ended without a result (exit by signal? out of memory?)"
    with contextlib.suppress(FileNotFoundError):
        lines = (run_dir / LOG_FILE).read_text(errors="replace").splitlines()
        if lines:
            reason += "; last log lines: " + " | ".join(lines[-_LAST_LOG_LINES:])
    return reason


def _environment(threads: int) -> dict[str, str]:
    """Return the child's environment: it finds this package, and tells nobody what it does."""
    package_root = str(Path(__file__).resolve().parents[2])
    paths = [package_root, os.environ.get("PYTHONPATH", "")]
    return os.environ | {
        "PYTHONPATH": os.pathsep.join(path for path in paths if path),
        "PYTHONUNBUFFERED": "1",
        "OMP_NUM_THREADS": str(threads),
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "TOKENIZERS_PARALLELISM": "false",
        "TQDM_DISABLE": "1",
    }
