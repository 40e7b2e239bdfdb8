"""A worker's life, as Celery tells it: it warms up, says that it is there, and stops without loss.

Only what a Celery worker or beat runs; nothing here happens in a web process.
"""

import logging
import threading
from pathlib import Path
from typing import Any

from celery.signals import (
    beat_init,
    before_task_publish,
    worker_ready,
    worker_shutdown,
    worker_shutting_down,
)
from django.conf import settings
from django.db import DatabaseError

from oversight.dispatch import send_after_commit
from oversight.loop.services.presence import keep_saying, say_gone
from oversight.loop.services.stopping import ask_to_stop
from oversight.telemetry.metrics import serve_counts

logger = logging.getLogger(__name__)
MODELS_QUEUE = "inference"

_presences: dict[str, threading.Event] = {}


@worker_ready.connect
def begin(sender: Any, **_: Any) -> None:
    """Say that the worker is there, offer its counts, load its models."""
    queues = [queue.name for queue in sender.task_consumer.queues]
    _presences[sender.hostname] = keep_saying(
        name=sender.hostname, queues=queues, alive_file=settings.ALIVE_FILE
    )
    if settings.WORKER_METRICS:
        serve_counts(*settings.WORKER_METRICS)
    if MODELS_QUEUE in queues:
        send_after_commit("oversight.tasks.warm_up", queue=MODELS_QUEUE)


@worker_shutting_down.connect
def let_go(**_: Any) -> None:
    """On SIGTERM: no new unit is begun; the one at hand is finished, or put back where it takes hours."""
    ask_to_stop()


@worker_shutdown.connect
def end(sender: Any, **_: Any) -> None:
    name = str(getattr(sender, "hostname", sender))
    if stop := _presences.pop(name, None):
        stop.set()
    try:
        say_gone(name=name)
    except DatabaseError as error:
        logger.warning("worker %s could not say that it is gone: %s", name, error)


@beat_init.connect
def follow_beat(**_: Any) -> None:
    """Touch ALIVE_FILE with every message that beat sends: a beat that hangs sends none."""
    if settings.ALIVE_FILE:
        before_task_publish.connect(_beat_lives, weak=False)


def _beat_lives(**_: Any) -> None:
    Path(settings.ALIVE_FILE).touch()
