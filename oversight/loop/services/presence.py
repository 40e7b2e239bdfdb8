"""Workers say now and then that they are there. A row, and no question to them: a page never waits."""

import logging
import os
import socket
import threading
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import psutil
from django.db import DatabaseError, connection
from django.utils import timezone

from oversight.models import Worker
from oversight.telemetry.code import code_version

logger = logging.getLogger(__name__)

SECONDS = 15
FORGOTTEN = timedelta(days=1)


def say_here(*, name: str, queues: Sequence[str], started_at: datetime) -> None:
    """Write that a worker is there, in place of what it wrote before; forget who left long ago."""
    now = timezone.now()
    Worker.objects.update_or_create(
        name=name,
        defaults={
            "queues": list(queues),
            "host": socket.gethostname(),
            "pid": os.getpid(),
            "code": code_version(),
            "memory_bytes": _memory(),
            "started_at": started_at,
            "seen_at": now,
        },
    )
    Worker.objects.filter(seen_at__lt=now - FORGOTTEN).delete()


def say_gone(*, name: str) -> None:
    Worker.objects.filter(name=name, pid=os.getpid()).delete()


def keep_saying(*, name: str, queues: Sequence[str], alive_file: str = "") -> threading.Event:
    """Say it from a thread of its own until the event that is returned is set.

    `alive_file` is touched as often, for whoever watches this process from outside.
    """
    stop, started_at = threading.Event(), timezone.now()

    def say() -> None:
        while True:
            try:
                say_here(name=name, queues=queues, started_at=started_at)
            except DatabaseError as error:
                logger.warning("worker %s could not say that it is there: %s", name, error)
            finally:
                connection.close()
            if alive_file:
                Path(alive_file).touch()
            if stop.wait(SECONDS):
                return

    threading.Thread(target=say, name="presence", daemon=True).start()
    return stop


def _memory() -> int:
    """Return what this process and those it started hold, in bytes."""
    own = psutil.Process()
    total = 0
    for process in [own, *own.children(recursive=True)]:
        try:
            total += process.memory_info().rss
        except psutil.Error:
            continue
    return total
