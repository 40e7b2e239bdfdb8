"""The training process: `python -m models_srv.training RUN_DIR`.

It holds RUN_DIR/lock for as long as it lives and ends with RUN_DIR/result.json. Exit codes: 0
succeeded, 1 failed, 75 already running, 143 cancelled. Started by `accelerate launch -m` it is
several processes: the first of them holds the lock and writes what there is to write.
"""

import argparse
import os
import signal
import sys
import traceback
from pathlib import Path
from typing import Any

from models_srv.artifacts import write_json
from models_srv.training import locking
from models_srv.training.config import read_config
from models_srv.training.failures import one_line
from models_srv.training.process import CANCEL_FILE, METRICS_FILE, PID_FILE, RESULT_FILE
from models_srv.training.processes import is_first, process_count

ALREADY_RUNNING = 75
CANCELLED = 128 + signal.SIGTERM
# Given back when the run fails, so that a full disk still has room for the result that says so.
RESERVE_FILE, RESERVE_BYTES = ".reserve", 256 * 1024


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m models_srv.training", description=__doc__)
    parser.add_argument("run_dir", type=Path)
    parser.add_argument("--lock", type=int, help="a descriptor that holds the lock already")
    options = parser.parse_args(arguments)
    run_dir: Path = options.run_dir.resolve()
    if options.lock is None and is_first() and locking.acquire(run_dir) is None:
        print("already running", file=sys.stderr)
        return ALREADY_RUNNING
    if (run_dir / RESULT_FILE).exists():
        print("ended already: see result.json", file=sys.stderr)
        return 0
    signal.signal(signal.SIGTERM, lambda number, frame: _cancel(run_dir))
    if is_first():
        (run_dir / PID_FILE).write_text(str(os.getpid()))
        (run_dir / METRICS_FILE).unlink(missing_ok=True)
    if (run_dir / CANCEL_FILE).exists():
        _cancel(run_dir)
    return _run(run_dir)


def _run(run_dir: Path) -> int:
    try:
        (run_dir / RESERVE_FILE).write_bytes(b"\0" * RESERVE_BYTES)
        result = _train(run_dir)
    except Exception as error:  # noqa: BLE001 - the process's outer edge
        traceback.print_exc()
        result = {"state": "failed", "reason": one_line(error), "trace": traceback.format_exc()}
    has_failed = result["state"] != "succeeded"
    if is_first() or has_failed:
        _write_result(run_dir, result)
    return int(has_failed)


def _write_result(run_dir: Path, result: dict[str, Any]) -> None:
    """Write how the run ended; the first word counts, since others fail for want of the one that did."""
    (run_dir / RESERVE_FILE).unlink(missing_ok=True)
    if not (run_dir / RESULT_FILE).exists():
        write_json(run_dir / RESULT_FILE, result)


def _train(run_dir: Path) -> dict[str, Any]:
    config = read_config(run_dir)
    from models_srv.training.run import train

    return train(run_dir, config)


def _cancel(run_dir: Path) -> None:
    """Write the result and end at once: an exception could be lost inside a library's callback."""
    is_asked = (run_dir / CANCEL_FILE).exists() or process_count() == 1
    said = {"state": "cancelled", "reason": "Cancelled."}
    lost = {"state": "failed", "reason": "One of the run's processes ended: its log says why."}
    _write_result(run_dir, said if is_asked else lost)
    os._exit(CANCELLED)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
