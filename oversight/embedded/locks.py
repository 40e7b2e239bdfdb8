"""Locks that the kernel lets go of when their holder dies, however it dies."""

import errno
import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from .errors import EmbeddedError

POLL_SECONDS = 0.05


def open_lock(path: Path) -> int:
    """Return a file descriptor to lock; it is not inherited. Raises EmbeddedError."""
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise EmbeddedError(
            f"cannot write to {path} ({error.strerror}). "
            "Set OVERSIGHT_VAR to a folder that you may write to."
        ) from error


def try_lock(descriptor: int, kind: int = fcntl.LOCK_EX) -> bool:
    """Lock at once or not at all. Raises EmbeddedError on a file system without locks."""
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in (errno.EWOULDBLOCK, errno.EACCES):
            return False
        raise EmbeddedError(
            f"this file system keeps no locks ({error.strerror}). Set OVERSIGHT_VAR to a local folder."
        ) from error
    return True


def wait_for_lock(descriptor: int, seconds: float, kind: int = fcntl.LOCK_EX) -> bool:
    """Lock within so many seconds; return whether that was possible."""
    deadline = time.monotonic() + seconds
    while not try_lock(descriptor, kind):
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_SECONDS)
    return True


@contextmanager
def exclusive(path: Path, seconds: float) -> Iterator[None]:
    """Hold the lock alone while the body runs. Raises EmbeddedError after so many seconds."""
    descriptor = open_lock(path)
    try:
        if not wait_for_lock(descriptor, seconds):
            raise EmbeddedError(
                f"process {_holder(descriptor)} has held {path} for {seconds:.0f} seconds; "
                "stop it and try again."
            )
        with suppress(OSError):  # a full disk: then the name of the holder is missing, nothing else
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        yield
    finally:
        os.close(descriptor)


def _holder(descriptor: int) -> str:
    return os.pread(descriptor, 20, 0).decode(errors="replace").strip() or "?"
