"""Models behind an OpenAI-compatible server: vLLM first."""

from collections.abc import Hashable, Sequence
from concurrent.futures import Future

from models_srv.addresses import check_url
from models_srv.backends.event_loop import submit, wait_for
from models_srv.backends.server_client import ServerClient, all_of, server_client
from models_srv.types import (
    Conversation,
    Generation,
    ModelMisconfigured,
    ModelRequest,
    ModelSpec,
    Sampling,
)

# Tries after the first, with a pause that grows and is drawn at random.
MAX_RETRIES = 2


class OpenAIBackend:
    """Chat completions with log-probabilities, several requests at a time, results in order.

    Lost connections, time-outs, 429, 5xx and answers that are not chat completions raise
    ModelUnavailable; other refusals, and another model's answer, raise ModelMisconfigured. A prompt
    that is too long for the server's model, or an answer that is none, costs only its own
    conversation (a Generation with an `error`). A seed, log-probabilities, several samples at once,
    a form of the answer and a system turn of its own are sent until the server refuses them.

    All backends of one server in a process share its connections and the bound on what is in flight.
    """

    def __init__(self, spec: ModelSpec) -> None:
        if not spec.location.startswith(("http://", "https://")):
            raise ModelMisconfigured(f"{spec.location!r} is not a URL: use http://host:port/v1.")
        check_url(spec.location)
        self.spec = spec
        self.client: ServerClient = server_client(spec)

    def generate(
        self, conversations: Sequence[Conversation], sampling: Sampling
    ) -> list[Generation]:
        """Answer every conversation, in the same order; wait for all. Each row has its own seed."""
        requests = [
            ModelRequest(conversation, sampling, name=str(row))
            for row, conversation in enumerate(conversations)
        ]
        return [answer for (answer,) in wait_for(self._all(requests))]

    def submit(self, request: ModelRequest, lane: Hashable = "") -> "Future[list[Generation]]":
        """Ask without waiting. Of a server's requests those of each lane take turns."""
        return submit(self.client.ask(self.spec, request, lane=lane, retries=MAX_RETRIES))

    async def _all(self, requests: Sequence[ModelRequest]) -> list[list[Generation]]:
        return await all_of(
            self.client.ask(self.spec, each, lane="", retries=MAX_RETRIES) for each in requests
        )
