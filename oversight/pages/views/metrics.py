"""What Prometheus reads of this machine's processes, and of the work that waits."""

from django.conf import settings
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from oversight.loop.services.queues import queue_work
from oversight.models import Round
from oversight.pages.selectors.system.servers import servers
from oversight.telemetry.metrics import Figure, exposition

HERE = {"127.0.0.1", "::1"}
FORWARDED = {"X-Forwarded-For", "Forwarded", "X-Real-Ip"}
TYPE = "text/plain; version=0.0.4; charset=utf-8"


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Answer who has METRICS_TOKEN, and where none is set who asks from this machine itself."""
    if not _may_read(request):
        return HttpResponse("not for you\n", status=403, content_type="text/plain")
    return HttpResponse(exposition(_figures()), content_type=TYPE)


def _may_read(request: HttpRequest) -> bool:
    if token := settings.METRICS_TOKEN:
        return constant_time_compare(request.headers.get("Authorization", ""), f"Bearer {token}")
    # Behind a proxy everybody comes from this machine.
    is_direct = not settings.PROXIES and not any(name in request.headers for name in FORWARDED)
    return is_direct and request.META.get("REMOTE_ADDR") in HERE


def _figures() -> list[Figure]:
    work, waiting = queue_work(), servers()
    return [
        (
            "oversight_due_units",
            "Units of work that could be done now.",
            "queue",
            {row.name: row.due for row in work},
        ),
        (
            "oversight_running_units",
            "Units of work that a worker has.",
            "queue",
            {row.name: row.running for row in work},
        ),
        (
            "oversight_oldest_due_seconds",
            "For how long the first due unit could have been done.",
            "queue",
            {row.name: row.oldest_seconds for row in work},
        ),
        (
            "oversight_queue_messages",
            "Messages that wait in Redis.",
            "queue",
            {row.name: row.messages for row in work if row.messages is not None},
        ),
        (
            "oversight_waiting_units",
            "Units that wait for a model server.",
            "server",
            {line.address: line.waiting for line in waiting},
        ),
        (
            "oversight_open_rounds",
            "Rounds under way, by where they stand.",
            "stage",
            _rounds_by_stage(),
        ),
    ]


def _rounds_by_stage() -> dict[str, float]:
    rows = Round.objects.going_on().order_by().values_list("stage").annotate(n=Count("pk"))
    return dict(rows)
