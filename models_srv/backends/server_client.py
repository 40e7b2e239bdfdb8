"""One server as this process asks it: its connections, how much it takes, what it refuses.

All that is asked of it here goes through one of these, whoever asks, in the process's event loop.
"""

import asyncio
import os
import time
from collections.abc import Coroutine, Hashable, Iterable, Set
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import openai
from tenacity import AsyncRetrying, RetryCallState, wait_random_exponential

from models_srv.addresses import key_for
from models_srv.backends.chat_request import ChatRequest
from models_srv.backends.dialects import SAMPLES, is_filtered, is_too_long, option_to_drop
from models_srv.backends.event_loop import event_loop
from models_srv.backends.http_client import model_client, room_for
from models_srv.backends.model_names import is_same_model
from models_srv.backends.own_settings import left_out
from models_srv.backends.server_answer import (
    NoAnswer,
    UnreadableAnswer,
    Whole,
    choice_count,
    error_in,
    generation_of,
    model_in,
    read_answer,
    read_body,
)
from models_srv.backends.server_trouble import Passing, lost, readable, refusal, title
from models_srv.backends.server_words import refusal_words, whole_words
from models_srv.backends.window import Turns, Window
from models_srv.types import (
    Generation,
    ModelMisconfigured,
    ModelRequest,
    ModelSpec,
    ModelUnavailable,
    prompt_hash,
)

T = TypeVar("T")

BUSY_RETRIES = 8
_REFUSALS = (openai.BadRequestError, openai.UnprocessableEntityError)


@dataclass(eq=False)
class Began:
    """One request that is under way, and since when."""

    at: float


class ServerClient:
    """What `ask` says of errors is what `OpenAIBackend` promises."""

    def __init__(self, spec: ModelSpec, key: str) -> None:
        self.window = Window(spec.options.concurrency)
        self.refused: dict[str, Set[str]] = {}
        self.answered_at = float("-inf")
        self._turns = Turns(self.window)
        self._under_way: set[Began] = set()
        self._key = key or "none"
        self._client = model_client(spec.location, self._key, spec.options.concurrency)
        self._aliases: dict[str, Set[str]] = {}

    async def ask(
        self, spec: ModelSpec, request: ModelRequest, *, lane: Hashable, retries: int
    ) -> list[Generation]:
        """Return an answer for each of the request's samples, in one completion where that works.

        Of a server's requests those of each lane take turns. A request that comes to nothing is
        tried again `retries` times at most.
        """
        self.window.ceiling = spec.options.concurrency
        is_drawn = request.sampling.temperature > 0
        together = is_drawn and SAMPLES not in self.refused.get(spec.name, frozenset())
        count = request.samples if together else 1
        chat = ChatRequest(spec.name, request, 0, count, spec.options)
        found = await self._retry(spec, chat, lane, retries)
        alone = (
            self._retry(spec, replace(chat, first=sample, count=1), lane, retries)
            for sample in range(len(found), request.samples)
        )
        return found + [answer for answers in await all_of(alone) for answer in answers]

    def rest(self) -> None:
        """Ask one thing at a time until the server answers again."""
        self.window.rest()

    def is_dead_since(self, moment: float) -> bool:
        """Whether it has answered nothing since then, and nothing that was asked before is awaited."""
        # Read by other threads than the loop's: a copy.
        awaited = any(each.at < moment for each in tuple(self._under_way))
        return self.answered_at < moment and not awaited

    async def _retry(
        self, spec: ModelSpec, chat: ChatRequest, lane: Hashable, retries: int
    ) -> list[Generation]:
        sent: list[float] = []
        tries = AsyncRetrying(
            stop=lambda state: state.attempt_number > self._retries(state, retries),
            wait=_pause,
            retry=lambda state: self._is_worth_it(state.outcome and state.outcome.exception()),
            reraise=True,
        )
        try:
            return await tries(self._try, spec, chat, lane, sent)
        except Passing as error:
            # Who died since the first try had answered others until then.
            is_alone = self.answered_at > (sent[-1] if error.is_lost else sent[0])
            if error.is_lost and not is_alone:
                self.window.rest()
            raise ModelUnavailable(
                error.words,
                is_alone=is_alone,
                is_busy=error.is_busy,
                is_lost=error.is_lost,
                failed_at=error.failed_at,
            ) from error.__cause__

    def _retries(self, state: RetryCallState, retries: int) -> int:
        """A server that has too much to do, and answers others, is asked more often."""
        error = state.outcome.exception() if state.outcome else None
        is_busy = isinstance(error, Passing) and error.is_busy and self.answered_at > error.began
        return max(retries, BUSY_RETRIES) if is_busy and retries else retries

    def _is_worth_it(self, error: BaseException | None) -> bool:
        """Not after a time-out of a server that has answered nobody since: that is for a probe."""
        if not isinstance(error, Passing) or error.is_final:
            return False
        return not error.is_late or self.answered_at > error.began

    async def _try(
        self, spec: ModelSpec, chat: ChatRequest, lane: Hashable, sent: list[float]
    ) -> list[Generation]:
        async with self._turns.turn(lane):
            began = Began(time.monotonic())
            self._under_way.add(began)
            sent.append(began.at)
            try:
                found = await self._ask_once(spec, chat, began.at)
            except Passing as error:
                error.began = began.at
                if error.is_lost or error.is_busy:
                    self.window.congest(began.at)
                raise
            finally:
                self._under_way.discard(began)
            self._has_answered()
            return found

    async def _ask_once(self, spec: ModelSpec, chat: ChatRequest, began: float) -> list[Generation]:
        try:
            whole, dropped = await self._complete(spec, chat)
            self._require_answer(spec, whole)
        except NoAnswer as error:
            return [self._no_answer(spec, chat, error)] * chat.count
        await self._require_same_model(spec, model_in(whole))
        return self._read(spec, chat, whole, dropped, (time.monotonic() - began) * 1000)

    def _has_answered(self) -> None:
        self.answered_at = time.monotonic()
        self.window.succeed()

    async def _complete(self, spec: ModelSpec, chat: ChatRequest) -> tuple[Whole, Set[str]]:
        """Return what came and the options that the server does not take; ask again without those.

        What was refused is remembered once the server answers without it. Raises NoAnswer, Passing.
        """
        unsent = left_out(spec.options)
        dropped = self.refused.get(spec.name, frozenset()) | unsent
        first_refusal: openai.APIStatusError | None = None
        while True:
            try:
                whole = read_body(await self._post(spec, chat, dropped))
            except _REFUSALS as error:
                first_refusal = first_refusal or error
                words = whole_words(error)
                is_own = is_too_long(error.status_code, words) or is_filtered(
                    error.status_code, words
                )
                option = None if is_own else option_to_drop(words, chat.options - dropped)
                if option is None:
                    raise refusal(spec, self._key, error if is_own else first_refusal) from error
                dropped |= {option}
                continue
            except openai.APIStatusError as error:
                raise refusal(spec, self._key, error) from error
            except (openai.OpenAIError, UnreadableAnswer) as error:
                raise lost(spec, self._key, error) from error
            if first_refusal:
                known = self.refused.get(spec.name, frozenset())
                self.refused[spec.name] = known | (dropped - unsent)
            return whole, dropped

    async def _post(self, spec: ModelSpec, chat: ChatRequest, dropped: Set[str]) -> bytes:
        tokens = chat.request.sampling.max_tokens * chat.count
        with room_for(tokens, spec.options.timeout_seconds):
            create = self._client.chat.completions.with_raw_response.create
            reply = await create(**chat.body(dropped), timeout=spec.options.timeout_seconds)
            return bytes(reply.http_response.content)

    def _require_answer(self, spec: ModelSpec, whole: Whole) -> None:
        """Raise what an error means that some servers send with status 200."""
        if error := error_in(whole):
            words = refusal_words(error)
            if is_too_long(400, words):
                raise NoAnswer(f"The prompt is too long for {spec.name}: {words}")
            raise lost(spec, self._key, UnreadableAnswer(words))

    def _read(
        self, spec: ModelSpec, chat: ChatRequest, whole: Whole, dropped: Set[str], ms: float
    ) -> list[Generation]:
        """Return the choices that came; a server that gives fewer than asked for is asked singly."""
        count = min(chat.count, max(1, choice_count(whole)))
        if count < chat.count and SAMPLES not in dropped:
            self.refused[spec.name] = self.refused.get(spec.name, frozenset()) | {SAMPLES}
        found = [self._generation(spec, chat, whole, at, ms) for at in range(count)]
        adjustments = chat.adjustments(dropped)
        return [replace(one, adjustments=adjustments) for one in shared_cost(found)]

    def _generation(
        self, spec: ModelSpec, chat: ChatRequest, whole: Whole, at: int, ms: float
    ) -> Generation:
        try:
            answer = read_answer(whole, at)
        except NoAnswer as error:
            return replace(self._no_answer(spec, chat, error), latency_ms=ms)
        except UnreadableAnswer as error:
            raise lost(spec, self._key, error) from error
        return generation_of(answer, prompt_hash(chat.request.conversation), ms)

    def _no_answer(self, spec: ModelSpec, chat: ChatRequest, error: NoAnswer) -> Generation:
        hashed = prompt_hash(chat.request.conversation)
        reason = readable(spec, self._key, str(error))
        return Generation("", hashed, finish_reason="error", error=reason)

    async def _require_same_model(self, spec: ModelSpec, said: str) -> None:
        if not said or is_same_model(spec.name, said):
            return
        if spec.name not in self._aliases:
            self._aliases[spec.name] = await self._other_names(spec)
        if said not in self._aliases[spec.name]:
            raise ModelMisconfigured(
                f"{title(spec)} was asked, but the answer says that it is from "
                f"{readable(spec, self._key, said)}. If that is the model you mean, give this name."
            )

    async def _other_names(self, spec: ModelSpec) -> Set[str]:
        """Return the other names of the model that the server lists (vLLM's `--served-model-name`).

        A LoRA adapter, whose row has a parent, has none: its base's answer is another model's.
        """
        try:
            with room_for(0, spec.options.timeout_seconds):
                listed = await self._client.models.with_raw_response.list()
            rows = listed.http_response.json()["data"]
            own = {
                row.get("root") for row in rows if row["id"] == spec.name and not row["parent"]
            } - {None}
            same = {row["id"] for row in rows if row.get("root") in own and not row["parent"]}
        except (openai.OpenAIError, ValueError, TypeError, KeyError, AttributeError):
            return frozenset()
        return own | same


def server_client(spec: ModelSpec) -> ServerClient:
    """Return the client of a model's server, one for each address and key in this process."""
    key = key_for(spec.location, spec.api_key_env)
    name = (event_loop(), spec.location, key)
    if name not in _clients:
        _clients[name] = ServerClient(spec, key)
    return _clients[name]


async def all_of(coroutines: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
    """Run them side by side and return what they do in order; where one fails, none goes on."""
    tasks = [asyncio.ensure_future(each) for each in coroutines]
    try:
        return list(await asyncio.gather(*tasks))
    finally:
        for task in tasks:
            task.cancel()


def shared_cost(answers: list[Generation]) -> list[Generation]:
    """Share the tokens that a server counts for a whole request among its answers.

    The prompt is the first one's: it was read once. Answers share by the tokens that they have, the
    first with what is left over (reasoning that the server does not show).
    """
    if len(answers) < 2:
        return answers
    whole = answers[0].completion_tokens
    rest = [replace(each, prompt_tokens=_none_or(each.prompt_tokens, 0)) for each in answers[1:]]
    counts = [len(each.tokens) or (whole or 0) // len(answers) for each in rest]
    if whole is None or sum(counts) > whole:
        return [answers[0], *(replace(each, completion_tokens=None) for each in rest)]
    first = replace(answers[0], completion_tokens=whole - sum(counts))
    own = zip(rest, counts, strict=True)
    return [first, *(replace(each, completion_tokens=count) for each, count in own)]


def _none_or(value: int | None, other: int) -> int | None:
    return None if value is None else other


_jitter = wait_random_exponential(multiplier=0.5, max=8)


def _pause(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    return max(_jitter(state), error.pause if isinstance(error, Passing) else 0.0)


_clients: dict[tuple[asyncio.AbstractEventLoop, str, str], ServerClient] = {}
os.register_at_fork(after_in_child=_clients.clear)
