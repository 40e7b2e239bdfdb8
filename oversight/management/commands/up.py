"""Everything on one command: database, broker, web server, workers, beat."""

import fcntl
import os
import signal
import socket
import sys
import time
import urllib.request
from pathlib import Path
from typing import IO, Any
from urllib.error import URLError

from django.conf import settings
from django.core.checks import Tags
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from oversight.embedded import EmbeddedError, embedded_parts
from oversight.embedded.postgres import is_postgres_alive, start_postgres
from oversight.embedded.redis_server import is_alive, redis_command, wait_for_redis
from oversight.embedded.supervisor import Child, Supervisor
from oversight.services.demo import Credentials, seed_demo
from oversight.services.training_processes import kill_training_processes

WEB_SECONDS = 60.0
POSTGRES_PAUSE_SECONDS = 2.0
PYTHON = sys.executable
QUIET = ["--without-gossip", "--without-mingle", "--loglevel", "INFO"]


class Command(BaseCommand):
    help = "Start PostgreSQL, Redis, the web server, the Celery workers and beat. Ctrl-C stops all."
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--no-demo", action="store_true", help="Make no demo campaign and no demo people."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        lock = _take_lock(settings.VAR)
        _require_free_port(settings.HOST, settings.PORT)
        supervisor = Supervisor(settings.VAR / "log")
        # Both: a shell starts background jobs with Ctrl-C ignored.
        for stop in (signal.SIGINT, signal.SIGTERM):
            signal.signal(stop, _interrupt)
        try:
            self._start(supervisor, with_demo=not options["no_demo"])
            supervisor.watch(_keep_postgres)
        except KeyboardInterrupt:
            self.stdout.write("\nStopping …")
        finally:
            # A second Ctrl-C must not cut the stopping short.
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            supervisor.stop()
            kill_training_processes()
            lock.close()
            self.stdout.write("All stopped. The next start goes on from here.")

    def _start(self, supervisor: Supervisor, *, with_demo: bool) -> None:
        self.stdout.write("Preparing the database …")
        call_command("migrate", verbosity=0)
        self.check(tags=[Tags.database], databases=["default"])
        if "redis" in embedded_parts and not is_alive(settings.VAR):
            supervisor.add(Child("redis", redis_command(settings.VAR)))
            wait_for_redis(settings.VAR)
        credentials = seed_demo() if with_demo else []
        supervisor.add(Child("web", _web_command()))
        _wait_for_web(supervisor)
        self._announce(credentials)
        for name, command in _worker_commands().items():
            supervisor.add(Child(name, command, signal.SIGQUIT))

    def _announce(self, credentials: Credentials) -> None:
        bold = self.style.SUCCESS
        self.stdout.write(bold(f"\n  Oversight is at {_address()}\n"))
        for who in credentials:
            self.stdout.write(f"  {who['role']:<10} {who['username']:<10} {who['password']}")
        self.stdout.write(f"\n  State and logs: {settings.VAR}    Ctrl-C stops all.\n")
        self.stdout.flush()


def _keep_postgres() -> None:
    """PostgreSQL is a daemon, no child of ours: where it was killed it is started again here."""
    if "postgres" not in embedded_parts or is_postgres_alive(settings.VAR):
        return
    print("PostgreSQL ended; starting it again.", flush=True)
    try:
        start_postgres(settings.VAR)
    except EmbeddedError as error:
        print(error, flush=True)
        time.sleep(POSTGRES_PAUSE_SECONDS)


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def _address() -> str:
    host = "localhost" if settings.HOST in ("0.0.0.0", "127.0.0.1") else settings.HOST  # noqa: S104
    return f"http://{host}:{settings.PORT}/"


def _take_lock(var: Path) -> IO[str]:
    """Hold var/up.lock for this process's life; a lock of a dead process is none."""
    lock = (var / "up.lock").open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        lock.seek(0)
        raise CommandError(
            f"Oversight runs already on {var} (process {lock.read().strip()}). Stop it first, or "
            "set OVERSIGHT_VAR and PORT to run a second one beside it."
        ) from error
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
    return lock


def _require_free_port(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CommandError(
                f"cannot listen on {host}:{port} ({error.strerror}). Set PORT to another one, "
                f"for example PORT={port + 1} make run."
            ) from error


def _web_command() -> list[str]:
    address = f"{settings.HOST}:{settings.PORT}"
    pools = ["--worker-class", "gthread", "--workers", "2", "--threads", "4"]
    # Its control socket lies in the home folder, where two checkouts would meet.
    options = ["--no-control-socket", *pools]
    return [PYTHON, "-m", "gunicorn", "oversight.wsgi", "--bind", address, *options]


def _worker_commands() -> dict[str, list[str]]:
    def worker(name: str, *pool: str) -> list[str]:
        return [*celery, "worker", "--queues", name, "--hostname", f"{name}@%h", *pool, *QUIET]

    celery = [PYTHON, "-m", "celery", "-A", "oversight"]
    beat_state = str(settings.VAR / "celerybeat-schedule")
    return {
        "control": worker("control", "--pool", "threads", "--concurrency", "2"),
        "inference": worker("inference", "--pool", "prefork", "--concurrency", "1"),
        "training": worker("training", "--pool", "threads", "--concurrency", "2"),
        "beat": [*celery, "beat", "--loglevel", "INFO", "--schedule", beat_state, "--pidfile="],
    }


def _wait_for_web(supervisor: Supervisor) -> None:
    deadline = time.monotonic() + WEB_SECONDS
    url = f"http://{settings.HOST}:{settings.PORT}/healthz"
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except (URLError, OSError):
            time.sleep(0.1)
    raise CommandError(
        f"the web server did not start; its log: {supervisor.log_folder / 'web.log'}"
    )
