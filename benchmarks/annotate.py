"""How fast people can annotate: a closed loop of next + submit over real HTTP, at growing sizes.

    python -m benchmarks.annotate --sizes 10000 --annotators 32 --seconds 5

Each size is a database of its own. The server is the one that `manage.py up` starts; the clients
run in a process of their own on the same machine. The last line is one JSON object.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

SIZES, ANNOTATORS, OVERLAPS = [10_000, 100_000, 1_000_000], [1, 8, 32], [1, 3]


def main() -> None:
    options = _options()
    var = Path(options.var or tempfile.mkdtemp(prefix="oversight-bench-"))
    try:
        provide(var)
        runs = [run for size in options.sizes for run in _runs_of(size, options, var)]
    finally:
        if not options.var:
            stop_and_remove(var)
    print(json.dumps({"runs": runs}), flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="Open items.")
    parser.add_argument("--annotators", type=int, nargs="+", default=ANNOTATORS)
    parser.add_argument("--overlap", type=int, nargs="+", default=OVERLAPS)
    parser.add_argument("--seconds", type=float, default=15.0, help="Measured, per run.")
    parser.add_argument("--var", help="Keep the databases here and use them again.")
    return parser.parse_args()


def provide(var: Path) -> None:
    """Start PostgreSQL and Redis in the folder, and set Django up on them."""
    os.environ["OVERSIGHT_VAR"] = str(var)
    os.environ["LOG_LEVEL"] = "WARNING"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "oversight.settings")
    os.environ.pop("DATABASE_URL", None)
    os.environ.pop("REDIS_URL", None)
    from oversight.embedded import provide_services

    provide_services(with_redis=True)
    import django

    django.setup()


def _runs_of(size: int, options: argparse.Namespace, var: Path) -> list[dict[str, Any]]:
    from benchmarks import annotate_items as items

    say(f"{size:,} items: loading")
    started = time.monotonic()
    items.use_database(size)
    people = items.provide_people(max(options.annotators))
    items.provide_items(size, options.overlap, people, say)
    say(f"{size:,} items: ready in {time.monotonic() - started:.0f} s")
    runs = []
    with Server(var) as base_url:
        for overlap in options.overlap:
            for annotators in options.annotators:
                items.reset(overlap)
                run = _measure(base_url, people[:annotators], overlap, options.seconds)
                runs.append({"items": size, "annotators": annotators, "overlap": overlap, **run})
                say(json.dumps(runs[-1]))
    return runs


class Server:
    """The web server as `up` starts it, on a free port, on the database now in the settings."""

    def __init__(self, var: Path) -> None:
        self.log = var / "web.log"

    def __enter__(self) -> str:
        from django.conf import settings
        from django.db import connection

        from oversight.management.commands.up import _web_command

        settings.HOST, settings.PORT = "127.0.0.1", _free_port()
        database = connection.settings_dict["NAME"]
        url = os.environ["DATABASE_URL"].replace("/postgres?", f"/{database}?", 1)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                _web_command(), env={**os.environ, "DATABASE_URL": url}, stdout=log, stderr=log
            )
        base_url = f"http://127.0.0.1:{settings.PORT}"
        wait_for(base_url)
        return base_url

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait()


def _measure(
    base_url: str, people: list[dict[str, Any]], overlap: int, seconds: float
) -> dict[str, Any]:
    from django.conf import settings

    from benchmarks import annotate_items as items

    job = {
        "base_url": base_url,
        "slug": items.slug_of(overlap),
        "cookies": [person["cookie"] for person in people],
        "session_cookie": settings.SESSION_COOKIE_NAME,
        "csrf_cookie": settings.CSRF_COOKIE_NAME,
        "seconds": seconds,
    }
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.annotate_people"],
        input=json.dumps(job),
        capture_output=True,
        text=True,
        check=True,
    )
    figures = json.loads(done.stdout)
    saved = figures.pop("saved")
    written = items.check(saved)
    if first := figures.pop("first_error"):
        say(f"first error: {first}")
    return {**figures, **written, "errors": figures["errors"] + written["errors"]}


def wait_for(base_url: str) -> None:
    import urllib.request

    for _ in range(600):
        try:
            urllib.request.urlopen(f"{base_url}/healthz", timeout=5).close()  # noqa: S310
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the web server did not start")


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def stop_and_remove(var: Path) -> None:
    import redis

    from oversight.embedded.redis_server import is_alive, redis_url

    if is_alive(var):
        redis.Redis.from_url(redis_url(var)).shutdown(nosave=True)
    # PostgreSQL stops with this process; its folder goes when it has.
    subprocess.Popen(
        ["/bin/sh", "-c", 'sleep 5; rm -rf "$0"', str(var)], start_new_session=True
    ) if var.exists() else shutil.rmtree(var, ignore_errors=True)


def say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    main()
