"""Models behind an OpenAI-compatible server: vLLM first."""

import hashlib
import time
from collections.abc import Sequence, Set
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cached_property

import openai

from models_srv.addresses import AddressRefused, check_url, key_for
from models_srv.backends.chat_request import ChatRequest
from models_srv.backends.dialects import is_filtered, is_too_long, option_to_drop
from models_srv.backends.http_client import model_client, room_for
from models_srv.backends.model_names import is_same_model
from models_srv.backends.own_settings import left_out
from models_srv.backends.server_answer import (
    NoAnswer,
    ServerAnswer,
    UnreadableAnswer,
    error_in,
    generation_of,
    read_answer,
)
from models_srv.backends.server_words import one_line, refusal_words, whole_words
from models_srv.types import (
    Conversation,
    Generation,
    ModelMisconfigured,
    ModelSpec,
    ModelUnavailable,
    Sampling,
    prompt_hash,
)

CONCURRENCY = 16
# Tries after the first, by the client library, with its own back-off.
MAX_RETRIES = 2
_REFUSALS = (openai.BadRequestError, openai.UnprocessableEntityError)
# Another try may mend these; time-outs are connection errors too.
_PASSING_STATUSES = (408, 409, 425)
_PASSING = (openai.APIConnectionError, openai.RateLimitError, openai.InternalServerError)


class OpenAIBackend:
    """Chat completions with log-probabilities, several requests at a time, results in order.

    Lost connections, time-outs, 429, 5xx and answers that are not chat completions raise
    ModelUnavailable; other refusals, and another model's answer, raise ModelMisconfigured. A prompt
    that is too long for the server's model, or an answer that is none, costs only its own
    conversation (a Generation with an `error`). A seed, log-probabilities and a system turn of its
    own are sent until the server refuses them.
    """

    def __init__(self, spec: ModelSpec) -> None:
        if not spec.location.startswith(("http://", "https://")):
            raise ModelMisconfigured(f"{spec.location!r} is not a URL: use http://host:port/v1.")
        check_url(spec.location)
        self.spec = spec
        self._key = key_for(spec.location, spec.api_key_env) or "none"
        self._client = model_client(spec, self._key, MAX_RETRIES)
        self._refused: Set[str] = left_out(spec.options)

    def generate(
        self, conversations: Sequence[Conversation], sampling: Sampling
    ) -> list[Generation]:
        """Answer every conversation, in the same order."""
        if not conversations:
            return []
        started = time.monotonic()
        seeds = [_row_seed(sampling.seed, row) for row in range(len(conversations))]
        with ThreadPoolExecutor(min(CONCURRENCY, len(conversations))) as pool:
            generations = list(
                pool.map(
                    lambda conversation, seed: self._answer(conversation, sampling, seed),
                    conversations,
                    seeds,
                )
            )
        latency_ms = (time.monotonic() - started) * 1000
        return [replace(generation, latency_ms=latency_ms) for generation in generations]

    def _answer(self, conversation: Conversation, sampling: Sampling, seed: int) -> Generation:
        hashed = prompt_hash(conversation)
        request = ChatRequest(self.spec.name, conversation, sampling, seed, self.spec.options)
        try:
            answer, dropped = self._ask(request)
        except NoAnswer as error:
            reason = self._line(str(error))
            return Generation("", hashed, finish_reason="error", error=reason)
        adjustments = request.adjustments(dropped)
        return replace(generation_of(answer, hashed, 0.0), adjustments=adjustments)

    def _ask(self, request: ChatRequest) -> tuple[ServerAnswer, Set[str]]:
        """Return the server's answer, and the options that it does not take. Raises NoAnswer."""
        try:
            with room_for(request.sampling.max_tokens):
                body, dropped = self._complete(request)
            answer = self._read(body)
        except openai.APIStatusError as error:
            raise self._refusal(error) from error
        except (openai.OpenAIError, UnreadableAnswer) as error:
            cause = error.__cause__ if isinstance(error, openai.APIConnectionError) else None
            if isinstance(cause, AddressRefused):
                raise cause from error
            words = self._line(str(cause or error))
            raise ModelUnavailable(f"{self._title()} gave no answer: {words}") from error
        self._require_same_model(answer.model)
        return answer, dropped

    def _complete(self, request: ChatRequest) -> tuple[bytes, Set[str]]:
        """Return the body that came; ask again without the options that the server refuses.

        What was refused is remembered once the server answers without it.
        """
        dropped, first_refusal = self._refused, None
        while True:
            try:
                create = self._client.chat.completions.with_raw_response.create
                body = create(**request.body(dropped)).http_response.content
            except _REFUSALS as error:
                first_refusal = first_refusal or error
                words = whole_words(error)
                if is_too_long(error.status_code, words) or is_filtered(error.status_code, words):
                    raise
                option = option_to_drop(words, request.options - dropped)
                if option is None:
                    raise first_refusal from error
                dropped |= {option}
                continue
            if first_refusal:
                self._refused |= dropped
            return body, dropped

    def _read(self, body: bytes) -> ServerAnswer:
        if error := error_in(body):
            words = refusal_words(error)
            if is_too_long(400, words):
                raise NoAnswer(f"The prompt is too long for {self.spec.name}: {words}")
            raise UnreadableAnswer(words)
        return read_answer(body)

    def _refusal(self, error: openai.APIStatusError) -> Exception:
        """Return what an error status means for the conversation."""
        words = self._line(refusal_words(error.body) or f"HTTP {error.status_code}")
        if is_too_long(error.status_code, whole_words(error)):
            return NoAnswer(f"The prompt is too long for {self.spec.name}: {words}")
        if is_filtered(error.status_code, whole_words(error)):
            return NoAnswer(f"{self.spec.name} refused this conversation: {words}")
        if error.status_code == 404 and self.spec.adapter:
            # It was loaded there at run time: a server that was started anew has to be given it again.
            return ModelUnavailable(f"{self._title()} is not loaded there just now: {words}")
        if isinstance(error, _PASSING) or error.status_code in _PASSING_STATUSES:
            return ModelUnavailable(f"{self._title()} did not answer: {words}")
        return ModelMisconfigured(f"{self._title()} refused ({error.status_code}): {words}")

    def _require_same_model(self, said: str) -> None:
        if not said or is_same_model(self.spec.name, said) or said in self._aliases:
            return
        raise ModelMisconfigured(
            f"{self._title()} was asked, but the answer says that it is from "
            f"{self._line(said)}. If that is the model you mean, give this name."
        )

    @cached_property
    def _aliases(self) -> set[str]:
        """Return the other names of the model that the server lists (vLLM's `--served-model-name`).

        A LoRA adapter, whose row has a parent, has none: its base's answer is another model's.
        """
        try:
            listed = self._client.with_options(max_retries=0).models.with_raw_response.list()
            rows = listed.http_response.json()["data"]
            own = {
                row.get("root") for row in rows if row["id"] == self.spec.name and not row["parent"]
            } - {None}
            same = {row["id"] for row in rows if row.get("root") in own and not row["parent"]}
        except (openai.OpenAIError, ValueError, TypeError, KeyError, AttributeError):
            return set()
        return own | same

    def _title(self) -> str:
        return f"{self.spec.name or 'The model'} at {self.spec.location}"

    def _line(self, words: str) -> str:
        """Return words that people may read: a server may have sent the key back."""
        return one_line(words.replace(self._key, "…") if self.spec.api_key_env else words)


def _row_seed(seed: int, row: int) -> int:
    """Return a seed of its own for each row, or k samples of one prompt would all be the same."""
    digest = hashlib.sha256(f"{seed}:{row}".encode()).digest()
    return int.from_bytes(digest[:4]) >> 1
