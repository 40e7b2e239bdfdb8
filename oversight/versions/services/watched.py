"""A model whose batches are counted, timed and traced: what it is asked stays out of all of them."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from models_srv.types import Backend, Conversation, Generation, Sampling
from oversight.models import BackendKind, ModelVersion
from oversight.telemetry.logs import about
from oversight.telemetry.metrics import (
    BATCH_SIZE,
    GENERATION_SECONDS,
    GENERATIONS,
    MODEL_FAILURES,
    TOKENS,
)
from oversight.telemetry.tracing import call_span

IN_PROCESS = "in process"


@dataclass(frozen=True)
class WatchedBackend:
    """The backend, as it is, of one version."""

    backend: Backend
    version: ModelVersion

    def generate(
        self, conversations: Sequence[Conversation], sampling: Sampling
    ) -> list[Generation]:
        place = (self.version.role, server_of(self.version))
        names = {"role": place[0], "server": place[1], "version": str(self.version)}
        begun = time.perf_counter()
        with about(version=self.version.pk), call_span("model", size=len(conversations), **names):
            try:
                generations = self.backend.generate(conversations, sampling)
            except Exception as error:
                count_failure(self.version, error)
                raise
        count_generations(self.version, generations, time.perf_counter() - begun)
        return generations

    def __getattr__(self, name: str) -> Any:
        return getattr(self.backend, name)


def count_generations(
    version: ModelVersion, generations: Sequence[Generation], seconds: float
) -> None:
    """Count what a version answered together, in `seconds`."""
    place = (version.role, server_of(version))
    BATCH_SIZE.labels(*place).observe(len(generations))
    GENERATION_SECONDS.labels(*place).observe(seconds)
    for generation in generations:
        GENERATIONS.labels(*place, generation.finish_reason).inc()
        written = getattr(generation, "completion_tokens", None) or len(generation.tokens)
        TOKENS.labels(*place, "completion").inc(written)
        TOKENS.labels(*place, "prompt").inc(getattr(generation, "prompt_tokens", None) or 0)


def count_failure(version: ModelVersion, error: BaseException) -> None:
    MODEL_FAILURES.labels(version.role, server_of(version), type(error).__name__).inc()


def server_of(version: ModelVersion) -> str:
    """Return host and port of a version's server, IN_PROCESS where it has none."""
    if version.backend != BackendKind.OPENAI:
        return IN_PROCESS
    return urlsplit(version.location).netloc.rpartition("@")[2] or IN_PROCESS
