"""Models behind an OpenAI-compatible server: vLLM first."""

import hashlib
import os
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from models_srv.backends.decoding import TOP_ALTERNATIVES
from models_srv.types import (
    Conversation,
    Generation,
    ModelMisconfigured,
    ModelSpec,
    ModelUnavailable,
    Sampling,
    TokenLogprob,
    prompt_hash,
)

CONCURRENCY = 16
# Tries after the first, by the client library, with its own back-off.
MAX_RETRIES = 2


class OpenAIBackend:
    """Chat completions with log-probabilities, several requests at a time, results in order.

    Lost connections, time-outs, 429, 5xx and answers that are not chat completions raise
    ModelUnavailable; other refusals raise ModelMisconfigured. A prompt that is too long for the
    server's model costs only its own conversation (a Generation with an `error`).
    """

    def __init__(self, spec: ModelSpec) -> None:
        from openai import OpenAI

        if not spec.location.startswith(("http://", "https://")):
            raise ModelMisconfigured(f"{spec.location!r} is not a URL: use http://host:port/v1.")
        self.spec = spec
        self._client = OpenAI(
            base_url=spec.location,
            api_key=_api_key(spec),
            timeout=spec.timeout_seconds,
            max_retries=MAX_RETRIES,
        )
        self._asks_logprobs = True

    def generate(
        self, conversations: Sequence[Conversation], sampling: Sampling
    ) -> list[Generation]:
        """Answer every conversation, in the same order."""
        if not conversations:
            return []
        started = time.monotonic()
        seeds = [_row_seed(sampling.seed, row) for row in range(len(conversations))]
        with ThreadPoolExecutor(min(CONCURRENCY, len(conversations))) as pool:
            outcomes = list(
                pool.map(
                    lambda conversation, seed: self._ask(conversation, sampling, seed),
                    conversations,
                    seeds,
                )
            )
        latency_ms = (time.monotonic() - started) * 1000
        return [
            _generation(conversation, outcome, latency_ms)
            for conversation, outcome in zip(conversations, outcomes, strict=True)
        ]

    def _ask(self, conversation: Conversation, sampling: Sampling, seed: int) -> Any:
        """Return the server's choice, or the reason (str) why this conversation has no answer."""
        import openai

        try:
            return self._choice(self._complete(conversation, sampling, seed))
        except openai.BadRequestError as error:
            if _is_too_long(error):
                return f"The prompt is too long for {self.spec.name}: {_line(error)}"
            raise ModelMisconfigured(f"{self._title()} refused: {_line(error)}") from error
        except _unavailable() as error:
            raise ModelUnavailable(f"{self._title()} did not answer: {_line(error)}") from error
        except openai.APIStatusError as error:
            raise ModelMisconfigured(
                f"{self._title()} refused ({error.status_code}): {_line(error)}"
            ) from error
        except (openai.OpenAIError, ValueError) as error:
            # ValueError: the client library lets the JSON decoder's own error through.
            raise ModelUnavailable(
                f"{self._title()} answered something unreadable: {_line(error)}"
            ) from error

    def _complete(self, conversation: Conversation, sampling: Sampling, seed: int) -> Any:
        """Send one request; ask again without log-probabilities where the server refuses them."""
        import openai

        request: dict[str, Any] = {
            "model": self.spec.name,
            "messages": [{"role": turn.role, "content": turn.content} for turn in conversation],
            "temperature": sampling.temperature,
            "top_p": sampling.top_p,
            "max_tokens": sampling.max_tokens,
            "seed": seed,
        }
        create: Any = self._client.chat.completions.create
        if self._asks_logprobs:
            try:
                return create(**request, logprobs=True, top_logprobs=TOP_ALTERNATIVES)
            except openai.BadRequestError as error:
                if _is_too_long(error):
                    raise
        answer = create(**request)
        self._asks_logprobs = False
        return answer

    def _choice(self, answer: Any) -> Any:
        # A proxy's error page comes through the client library as a string.
        choices = getattr(answer, "choices", None)
        if not choices or getattr(choices[0], "message", None) is None:
            raise ModelUnavailable(f"{self._title()} answered, but no chat completion.")
        return choices[0]

    def _title(self) -> str:
        return f"{self.spec.name or 'The model'} at {self.spec.location}"


def _generation(conversation: Conversation, outcome: Any, latency_ms: float) -> Generation:
    hashed = prompt_hash(conversation)
    if isinstance(outcome, str):
        return Generation("", hashed, finish_reason="error", latency_ms=latency_ms, error=outcome)
    if outcome.finish_reason not in ("stop", "length"):
        error = f"The server ended the answer with {outcome.finish_reason!r}."
        return Generation("", hashed, finish_reason="error", latency_ms=latency_ms, error=error)
    tokens = _tokens(outcome.logprobs)
    return Generation(
        text=outcome.message.content or "",
        prompt_hash=hashed,
        tokens=tokens,
        logprob=sum(token.logprob for token in tokens) if tokens else None,
        finish_reason=outcome.finish_reason,
        latency_ms=latency_ms,
    )


def _tokens(logprobs: Any) -> tuple[TokenLogprob, ...]:
    entries = getattr(logprobs, "content", None) or []
    return tuple(
        TokenLogprob(
            entry.token,
            entry.logprob,
            {other.token: other.logprob for other in entry.top_logprobs or []},
        )
        for entry in entries
    )


def _unavailable() -> tuple[type[Exception], ...]:
    """Return the errors that another try may mend; time-outs are connection errors too."""
    import openai

    return openai.APIConnectionError, openai.RateLimitError, openai.InternalServerError


def _row_seed(seed: int, row: int) -> int:
    """Return a seed of its own for each row, or k samples of one prompt would all be the same."""
    digest = hashlib.sha256(f"{seed}:{row}".encode()).digest()
    return int.from_bytes(digest[:4]) >> 1


def _api_key(spec: ModelSpec) -> str:
    if not spec.api_key_env:
        return "none"
    key = os.environ.get(spec.api_key_env)
    if not key:
        raise ModelMisconfigured(f"The environment variable {spec.api_key_env} holds no API key.")
    return key


def _is_too_long(error: Exception) -> bool:
    text = str(error).lower()
    return "context length" in text or "context_length" in text or "max_model_len" in text


def _line(error: Exception) -> str:
    """Return the error in one line, short enough to show to a person."""
    return " ".join(str(error).split())[:300] or type(error).__name__
