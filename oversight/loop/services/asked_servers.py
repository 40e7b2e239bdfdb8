"""The servers that a desk asks: what asks them, and how much of that they take."""

import time
from collections.abc import Hashable, Iterable
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

from django.conf import settings

from models_srv.types import Generation
from oversight.loop.stages.asking import Question
from oversight.models import ModelServer, ModelVersion
from oversight.versions.services.loading import served_backend
from oversight.versions.services.servers import note_flow, server_of

if TYPE_CHECKING:
    from models_srv.backends.openai_compatible import OpenAIBackend
    from models_srv.backends.server_client import ServerClient


class AskedServers:
    """Versions have to be made known before they are asked."""

    def __init__(self) -> None:
        self._backends: dict[int, OpenAIBackend] = {}
        self._servers: dict[int, ModelServer] = {}

    def know(self, versions: Iterable[ModelVersion]) -> None:
        """Make what asks these; what others found their servers to refuse is not sent."""
        for version in {each.pk: each for each in versions}.values():
            if version.pk in self._backends:
                continue
            backend, server = served_backend(version), server_of(version)
            refused = server.refused.get(backend.spec.name, [])
            backend.client.refused.setdefault(backend.spec.name, frozenset(refused))
            self._backends[version.pk], self._servers[version.pk] = backend, server

    def submit(self, lane: Hashable, question: Question[Any]) -> "Future[list[Generation]]":
        return self._backends[question.version.pk].submit(question.request, lane)

    def client(self, version: ModelVersion) -> "ServerClient":
        return self._backends[version.pk].client

    def server(self, version: ModelVersion) -> ModelServer:
        return self._servers[version.pk]

    def takes(self, server_id: int) -> float:
        """Return how many requests the server may take soon: twice what it is found to take now."""
        found = (
            min(each.spec.options.concurrency, 2 * each.client.window.limit)
            for pk, each in self._backends.items()
            if self._servers[pk].pk == server_id
        )
        return max(found, default=1.0)

    def note_flows(self) -> None:
        """Write down how much each server takes that answered lately, and what it refuses."""
        clients = {self._servers[pk].pk: each.client for pk, each in self._backends.items()}
        for server_id, client in clients.items():
            if time.monotonic() - client.answered_at < settings.UNIT_LEASE_SECONDS:
                refused = {name: sorted(parts) for name, parts in client.refused.items() if parts}
                note_flow(server_id, in_flight=int(client.window.limit), refused=refused)
