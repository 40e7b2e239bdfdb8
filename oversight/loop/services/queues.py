"""What waits to be done, by queue: messages in Redis, and the rows that are the truth."""

from collections import defaultdict
from dataclasses import dataclass

import redis
from django.conf import settings
from django.db.models import Count, Min, Q
from django.utils import timezone

from oversight.loop.selectors.routes import awake
from oversight.loop.stages import HANDLERS
from oversight.models import Round, Stage, UnitState, WorkUnit
from oversight.versions.services.loading import SERVERS

REDIS_SECONDS = 1


@dataclass(frozen=True)
class QueueWork:
    """Units of a queue. `messages` that wake workers wait in Redis; None where it does not answer.

    `oldest_seconds`: for how long the first of the due units could have been done.
    """

    name: str
    messages: int | None
    due: int
    running: int
    oldest_seconds: float


def queue_work() -> list[QueueWork]:
    """Return every queue's, by name; units of rounds that are open in campaigns at work."""
    counts = _units()
    names = sorted({SERVERS, *(handler.queue for handler in HANDLERS.values())})
    messages = _messages(names)
    return [QueueWork(name, messages.get(name), *counts[name]) for name in names]


def _units() -> dict[str, tuple[int, int, float]]:
    """Return due and running units and the age of the oldest due one (seconds) by queue.

    Of a server that rests nothing is due: that is no want of workers.
    """
    due = awake() & WorkUnit.claimable_now()
    rows = (
        WorkUnit.objects.filter(round__in=Round.objects.going_on())
        .exclude(state__in=[UnitState.DONE, UnitState.CANCELLED])
        .order_by()
        .values("stage", "server")
        .annotate(
            due=Count("pk", filter=due),
            running=Count("pk", filter=Q(state=UnitState.RUNNING)),
            since=Min("available_at", filter=due),
        )
    )
    found: dict[str, tuple[int, int, float]] = defaultdict(lambda: (0, 0, 0.0))
    now = timezone.now()
    for row in rows:
        queue = SERVERS if row["server"] else HANDLERS[Stage(row["stage"])].queue
        waiting, running, age = found[queue]
        since = (now - row["since"]).total_seconds() if row["since"] else 0.0
        found[queue] = (waiting + row["due"], running + row["running"], max(age, since))
    return found


def _messages(names: list[str]) -> dict[str, int]:
    client = redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=REDIS_SECONDS, socket_connect_timeout=REDIS_SECONDS
    )
    try:
        return {name: int(client.llen(name)) for name in names}
    except redis.RedisError:
        return {}
    finally:
        client.close()
