"""Where what runs on a state folder answers, for commands that speak with it as browsers do."""

import fcntl
import os
from pathlib import Path

from .locks import open_lock, try_lock


def lock_path(var: Path) -> Path:
    """Return what `manage.py up` holds locked while it runs."""
    return var / "up.lock"


def note_address(var: Path, address: str) -> None:
    _note_path(var).write_text(address)


def running_address(var: Path) -> str:
    """Return the address of what runs on the folder, empty where nothing does.

    What one that was killed has noted counts no more: its lock is gone.
    """
    if not lock_path(var).exists() or not _note_path(var).exists():
        return ""
    descriptor = open_lock(lock_path(var))
    try:
        is_free = try_lock(descriptor, fcntl.LOCK_SH)
    finally:
        os.close(descriptor)
    return "" if is_free else _note_path(var).read_text(errors="replace").strip()


def _note_path(var: Path) -> Path:
    return var / "up.address"
