"""Telling the workers that there is work. Losing such a message only costs time."""

import logging

from django.conf import settings
from django.db import transaction
from kombu.exceptions import KombuError
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)


def send_after_commit(task: str, *args: object, queue: str) -> None:
    """Send a task by name once the transaction has committed.

    A broker that is down is logged and forgotten: beat asks the database again soon.
    """
    transaction.on_commit(lambda: _send(task, args, queue))


def _send(task: str, args: tuple[object, ...], queue: str) -> None:
    from oversight.celery import app

    try:
        app.send_task(task, args=args, queue=queue, expires=settings.COORDINATOR_SECONDS * 4)
    except (KombuError, RedisError, OSError) as error:
        logger.warning("not dispatched now (%s): %s", error, task)
