"""PostgreSQL's processes: which are alive, whether they answer, and how they are brought to an end."""

import hashlib
import os
import signal
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import psutil

from .errors import EmbeddedError
from .paths import POSTGRES_PORT as PORT
from .paths import postgres_socket_folder

PING_SECONDS = 2  # the least that PostgreSQL's own library takes
# What a signal asks of a server, and how long it is waited for. The first lets transactions that are
# under way go and writes everything down; the second leaves that to recovery; the last asks nobody.
POLITE = ((signal.SIGINT, 6.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 10.0))
AT_ONCE = POLITE[1:]


def cluster_name(pgdata: Path) -> str:
    """Return what stands in the title of each of the server's processes, for all users to see."""
    return f"oversight-{hashlib.sha256(os.fsencode(pgdata)).hexdigest()[:12]}"


def answers(pgdata: Path) -> bool:
    """Whether the server takes connections. One that has as many as it can bear does answer."""
    from psycopg.pq import PGconn, Ping

    address = f"host={postgres_socket_folder(pgdata)} port={PORT} user=postgres dbname=postgres"
    return PGconn.ping(f"{address} connect_timeout={PING_SECONDS}".encode()) == Ping.OK


def state(pgdata: Path) -> str:
    """Return what the server last wrote of itself: starting, ready, stopping; empty where unknown."""
    try:
        return (pgdata / "postmaster.pid").read_text(errors="replace").splitlines()[7].strip()
    except (OSError, IndexError):
        return ""


def processes_of(pgdata: Path) -> list[psutil.Process]:
    """Return all living processes of the folder's server, also those that it left behind.

    No pid file is believed: a pid may be another program's by now, or a dead process's that nobody
    has taken notice of. Neither has a title or a folder of ours.
    """
    return [one for one in psutil.process_iter() if _is_of(one, pgdata, cluster_name(pgdata))]


def end_processes(pgdata: Path, steps: Sequence[tuple[signal.Signals, float]] = POLITE) -> None:
    """Bring the server to an end, step by step. Raises EmbeddedError where that is not possible."""
    for number, seconds in steps:
        left = processes_of(pgdata)
        for process in left if number == signal.SIGKILL else _heads(left):
            with suppress(psutil.Error):
                process.send_signal(number)
                process.resume()  # one that was suspended heeds no signal
        if _wait_for_end(pgdata, seconds):
            return
    pids = ", ".join(str(process.pid) for process in processes_of(pgdata))
    raise EmbeddedError(f"PostgreSQL (process {pids}) cannot be ended; end it by hand.")


def forget(pgdata: Path) -> None:
    """Drop what a server that was killed left lying: it would take the next one for a second one.

    Only to be called when nothing of it is alive.
    """
    lock = postgres_socket_folder(pgdata) / f".s.PGSQL.{PORT}"
    for path in (pgdata / "postmaster.pid", lock, lock.with_name(f"{lock.name}.lock")):
        path.unlink(missing_ok=True)


def _is_of(process: psutil.Process, pgdata: Path, name: str) -> bool:
    try:
        if process.name() != "postgres":
            return False
        words = process.cmdline()
        if str(pgdata) in words or any(name in word for word in words):
            return True
        # A server of an earlier version of this program has no name; root may not be let look.
        return process.cwd() in (str(pgdata), f"{pgdata} (deleted)")
    except psutil.Error:
        return False


def _heads(processes: list[psutil.Process]) -> list[psutil.Process]:
    """Return those that no other one of them has started."""
    pids = {process.pid for process in processes}
    heads = []
    for process in processes:
        with suppress(psutil.Error):
            if process.ppid() not in pids:
                heads.append(process)
    return heads


def _wait_for_end(pgdata: Path, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while processes_of(pgdata):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True
