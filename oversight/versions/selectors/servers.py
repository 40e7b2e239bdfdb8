"""Model servers that do not answer just now, as people are told of them."""

from collections.abc import Iterable

from django.utils import timezone

from oversight.models import ModelServer, ModelVersion, ServerState
from oversight.versions.policies.servers import waiting_words


def resting_servers(server_ids: Iterable[int | None]) -> dict[int, ModelServer]:
    """Return those of these that rest or sleep, by their id; no query where there are none."""
    ids = {pk for pk in server_ids if pk is not None}
    away = ModelServer.objects.exclude(state=ServerState.ANSWERING)
    return away.in_bulk(ids) if ids else {}


def told_waiting(server: ModelServer, versions: Iterable[ModelVersion | None]) -> str:
    """Return in a sentence that `versions`, as far as they are there, wait for it, and why."""
    place = (server.location, server.api_key_env)
    names = (
        each.served_name
        for each in versions
        if each and (each.location, each.api_key_env) == place and each.served_name
    )
    if server.state == ServerState.SLEEPING:
        return f"Waiting for {server.location}. {server.last_error}"
    until = server.next_try or timezone.now()
    seconds = (until - timezone.now()).total_seconds()
    name = ", ".join(dict.fromkeys(names)) or "a model"
    return waiting_words(name, server.location, server.last_error, seconds)
