"""Everything on one command: database, broker, web server, workers, beat."""

import errno
import fcntl
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import IO, Any, TypeVar
from urllib.request import ProxyHandler, build_opener

from django.conf import settings
from django.core.checks import Tags
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError, connections

from oversight.demo import Credentials, seed_demo
from oversight.embedded import EmbeddedError, embedded_parts
from oversight.embedded.keeping import PostgresKeeper
from oversight.embedded.leftovers import end_leftovers, marked_environment
from oversight.embedded.redis_server import end_redis, is_alive, redis_command, wait_for_redis
from oversight.embedded.stopping import StopRequest, heed_signals
from oversight.embedded.supervisor import Child, Supervisor
from oversight.embedded.whereabouts import lock_path, note_address
from oversight.learning.services.training_processes import kill_training_processes
from oversight.telemetry.metrics import forget_counts

WEB_SECONDS = 60.0
BACKLOG = 2048  # as gunicorn's own
PYTHON = sys.executable
T = TypeVar("T")
QUIET = ["--without-gossip", "--without-mingle", "--loglevel", "INFO"]


class Command(BaseCommand):
    help = "Start PostgreSQL, Redis, the web server, the Celery workers and beat. Ctrl-C stops all."
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--no-demo", action="store_true", help="Make no demo campaign and no demo people."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        stopping = heed_signals()
        lock = _take_lock(settings.VAR)
        if count := end_leftovers(settings.VAR):
            self.stdout.write(f"Ended {count} processes that a start which was killed had left.")
        listener = _take_port(settings.HOST, settings.PORT)
        note_address(settings.VAR, f"http://{settings.HOST}:{settings.PORT}")
        forget_counts()
        supervisor = Supervisor(settings.VAR / "log", marked_environment(settings.VAR))
        try:
            self._run(supervisor, stopping, listener, with_demo=not options["no_demo"])
        except KeyboardInterrupt:
            self.stdout.write("\nStopping …")
        except EmbeddedError as error:
            raise CommandError(str(error)) from error
        finally:
            stopping.shield()
            supervisor.stop()
            kill_training_processes()
            listener.close()
            lock.close()
            self.stdout.write("All stopped. The next start goes on from here.")

    def _run(
        self,
        supervisor: Supervisor,
        stopping: StopRequest,
        listener: socket.socket,
        *,
        with_demo: bool,
    ) -> None:
        keep_postgres = PostgresKeeper(settings.VAR) if "postgres" in embedded_parts else _nothing

        def look_about() -> None:
            stopping.check()
            keep_postgres()

        self.stdout.write("Preparing the database …")
        _again_if_lost(lambda: call_command("migrate", verbosity=0), keep_postgres)
        self.check(tags=[Tags.database], databases=["default"])
        stopping.check()
        if "redis" in embedded_parts:
            _start_redis(supervisor)
        credentials = _again_if_lost(seed_demo, keep_postgres) if with_demo else []
        stopping.check()
        descriptor = listener.fileno()
        web = _web_command(f"fd://{descriptor}")
        supervisor.add(Child("web", web, descriptors=[descriptor]))
        _wait_for_web(supervisor, look_about)
        self._announce(credentials)
        for name, command in _worker_commands().items():
            supervisor.add(Child(name, command, signal.SIGQUIT))
        supervisor.watch(look_about)

    def _announce(self, credentials: Credentials) -> None:
        bold = self.style.SUCCESS
        self.stdout.write(bold(f"\n  Oversight is at {_address()}\n"))
        for who in credentials:
            self.stdout.write(f"  {who['role']:<10} {who['username']:<10} {who['password']}")
        self.stdout.write(f"\n  State and logs: {settings.VAR}    Ctrl-C stops all.\n")
        self.stdout.flush()


def _start_redis(supervisor: Supervisor) -> None:
    """Start one of our own: another one, left by a killed start, might end at any moment."""
    end_redis(settings.VAR)
    answers = partial(is_alive, settings.VAR)
    supervisor.add(Child("redis", redis_command(settings.VAR), answers=answers))
    wait_for_redis(settings.VAR)


def _nothing() -> None:
    """What is to be kept where PostgreSQL is somebody else's."""


def _again_if_lost(step: Callable[[], T], keep_postgres: Callable[[], None]) -> T:
    """Take a step that may be taken twice; where the database went away meanwhile, once more."""
    try:
        return step()
    except OperationalError:
        connections.close_all()
        keep_postgres()
        return step()


def _address() -> str:
    host = "localhost" if settings.HOST in ("0.0.0.0", "127.0.0.1") else settings.HOST  # noqa: S104
    return f"http://{host}:{settings.PORT}{settings.SCRIPT_NAME}/"


def _take_lock(var: Path) -> IO[str]:
    """Hold var/up.lock for this process's life; a lock of a dead process is none."""
    lock = lock_path(var).open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        lock.seek(0)
        raise CommandError(
            f"Oversight runs already on {var} (process {lock.read().strip() or '?'}). Stop it first, or "
            "set OVERSIGHT_VAR and PORT to run a second one beside it."
        ) from error
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
    return lock


def _take_port(host: str, port: int) -> socket.socket:
    """Listen for the web server, from the first moment to the last.

    Else another program could take the port while the database is prepared, or between two starts of
    the web server, and its pages would be told to be ours.
    """
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise CommandError(f"Port {port} is in use: PORT={port + 1} make run") from error
        raise CommandError(
            f"cannot listen on {host}:{port} ({error.strerror}). Set HOST or PORT to another one."
        ) from error
    return listener


def _web_command(address: str = "") -> list[str]:
    """Return what serves at the address, HOST:PORT where none is named."""
    address = address or f"{settings.HOST}:{settings.PORT}"
    pools = ["--worker-class", "gthread", "--workers", "2", "--threads", "6"]
    # Its control socket lies in the home folder, where two checkouts would meet.
    options = ["--no-control-socket", *pools]
    return [PYTHON, "-m", "gunicorn", "oversight.wsgi", "--bind", address, *options]


def _worker_commands() -> dict[str, list[str]]:
    def worker(name: str, *pool: str) -> list[str]:
        return [*celery, "worker", "--queues", name, "--hostname", f"{name}@%h", *pool, *QUIET]

    celery = [PYTHON, "-m", "celery", "-A", "oversight"]
    return {
        "control": worker("control", "--pool", "threads", "--concurrency", "2"),
        "inference": worker("inference", "--pool", "prefork", "--concurrency", "1"),
        # Threads, since it waits: one asks for all rounds, the others for chats and trials.
        "servers": worker("servers", "--pool", "threads", "--concurrency", "8"),
        "training": worker("training", "--pool", "threads", "--concurrency", "2"),
        "beat": [*celery, "beat", "--loglevel", "INFO", "--pidfile="],
    }


def _wait_for_web(supervisor: Supervisor, besides: Callable[[], None]) -> None:
    deadline = time.monotonic() + WEB_SECONDS
    url = f"http://{settings.HOST}:{settings.PORT}/healthz"
    directly = build_opener(ProxyHandler({}))

    def is_there() -> bool:
        if time.monotonic() > deadline:
            raise CommandError(
                f"the web server did not start; its log: {supervisor.log_folder / 'web.log'}"
            )
        with suppress(OSError):
            directly.open(url, timeout=5).close()
            return True
        return False

    supervisor.watch(besides, until=is_there)
