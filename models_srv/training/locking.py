"""The lock of a living run's process: the kernel frees it however the process ends."""

import fcntl
import os
import time
from pathlib import Path

LOCK_FILE = "lock"
_TRIES, _PAUSE_SECONDS = 10, 0.02


def acquire(run_dir: Path) -> int | None:
    """Take the run's lock and return its file descriptor, None where another process holds it.

    It tries for a fifth of a second, since `is_held` takes the lock for a moment.
    """
    handle = os.open(run_dir / LOCK_FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    for _ in range(_TRIES):
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(_PAUSE_SECONDS)
        else:
            return handle
    os.close(handle)
    return None


def is_held(run_dir: Path) -> bool:
    """Say whether some process holds the run's lock."""
    try:
        handle = os.open(run_dir / LOCK_FILE, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False
