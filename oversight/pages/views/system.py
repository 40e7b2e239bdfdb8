"""The installation at one glance, for those who run it."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from oversight.loop.services.queues import queue_work
from oversight.pages.policies.system_words import QUEUES, duration, problems
from oversight.pages.selectors.system.failures import failures
from oversight.pages.selectors.system.servers import servers
from oversight.pages.selectors.system.storage import disks, storage
from oversight.pages.selectors.system.workers import workers
from oversight.people.views.access import PersonRequest, person_required
from oversight.telemetry.code import code_version


@require_safe
@vary_on_headers("HX-Request")
@person_required
def system(request: PersonRequest) -> HttpResponse:
    """Show the page to staff; to htmx the part that takes long to measure."""
    if not (request.user.is_staff or request.user.is_superuser):
        raise PermissionDenied("Only those who run this installation may open this page.")
    template = "oversight/pages/system.html"
    more: dict[str, Any] = {"storage": storage()} if "storage" in request.GET else {}
    if request.htmx and more:
        return render(request, f"{template}#storage", more)
    return render(request, template, {**_installation(request), **more})


def _installation(request: PersonRequest) -> dict[str, Any]:
    work, there, room = queue_work(), list(workers()), disks()
    alive = [worker for worker in there if not worker.is_silent]  # type: ignore[attr-defined]
    found = failures(request.user)
    return {
        "problems": problems(
            work,
            {name for worker in alive for name in worker.queues},
            silent=[worker.name for worker in there if worker not in alive],
            older=[worker.name for worker in alive if worker.is_older],  # type: ignore[attr-defined]
            low_disks=[disk.folder for disk in room if disk.is_low],
        ),
        "workers": there,
        "queues": [(row, QUEUES.get(row.name, ""), duration(row.oldest_seconds)) for row in work],
        "servers": servers(),
        "failures": [(each, reverse(each.place, args=each.args)) for each in found],
        "disks": room,
        "code": code_version(),
    }
