"""A server's whole answer, taken for nothing that it does not prove to be. Pure."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from models_srv.answers import or_no_answer
from models_srv.backends.dialects import ABORTED, REASONING_FIELDS, Finish, finish_of
from models_srv.reasoning import answer_span, marked
from models_srv.texts import with_lf
from models_srv.token_join import ByteToken, answer_tokens
from models_srv.types import Generation, TokenLogprob

# Rounding may leave a certain token a hair above 0.
_HIGHEST_LOGPROB = 1e-4
# What servers write for a token that they have no log-probability of.
_UNKNOWN_LOGPROB = -9999.0


class UnreadableAnswer(ValueError):
    """What came is no chat completion; another try may bring one."""


class NoAnswer(Exception):
    """A chat completion that holds no answer to this one conversation."""


@dataclass(frozen=True)
class ServerAnswer:
    """One choice as the server gave it. `model` is "" where it names none; `tokens` is empty where
    log-probabilities are missing or are none. The counts of tokens are of the whole request."""

    content: str
    reasoning: str
    tokens: tuple[ByteToken, ...]
    finish: Finish
    model: str
    prompt_tokens: int | None = None
    completion_tokens: int | None = None


Whole = Mapping[str, Any]


def read_body(body: bytes) -> Whole:
    """Return a body's JSON object. Raises UnreadableAnswer."""
    return _json(body)


def choice_count(whole: Whole) -> int:
    choices = whole.get("choices")
    return len(choices) if isinstance(choices, list) else 0


def model_in(whole: Whole) -> str:
    """Return which model the server says answered, "" where it names none."""
    model = whole.get("model")
    return model if isinstance(model, str) else ""


def read_answer(body: bytes | Whole, at: int = 0) -> ServerAnswer:
    """Read a choice of a response. Raises UnreadableAnswer or NoAnswer, in one line."""
    whole = _json(body) if isinstance(body, bytes) else body
    choice = _choice(whole, at)
    message, reason = choice.get("message"), choice.get("finish_reason")
    if not isinstance(message, dict):
        raise UnreadableAnswer("it has no message")
    if reason in ABORTED:
        raise UnreadableAnswer("the server gave it up before its end")
    finish = finish_of(reason)
    if finish is None:
        raise NoAnswer(f"The server ended the answer with {reason!r:.80}.")
    if message.get("refusal"):
        raise NoAnswer(f"The server refused to answer: {message['refusal']!r:.200}.")
    return ServerAnswer(
        content=_content(message),
        reasoning=_reasoning(message),
        tokens=_tokens(choice.get("logprobs")),
        finish=finish,
        model=model_in(whole),
        prompt_tokens=_used(whole, "prompt_tokens"),
        completion_tokens=_used(whole, "completion_tokens"),
    )


def error_in(body: bytes | Whole) -> object:
    """Return the error that some servers send with status 200, None where there is none."""
    whole = _json(body) if isinstance(body, bytes) else body
    choices = whole.get("choices")
    first = choices[0] if isinstance(choices, list) and choices else None
    in_choice = first.get("error") if isinstance(first, dict) else None
    return whole.get("error") or in_choice


def generation_of(answer: ServerAnswer, prompt_hash: str, latency_ms: float) -> Generation:
    """Return the answer apart from its reasoning, with the log-probabilities that are its own."""
    start, end = answer_span(answer.content, may_be_open=not answer.reasoning)
    before, text = answer.content[:start], answer.content[start:end]
    is_repeated = answer.reasoning.strip() in before
    tokens = answer_tokens(answer.tokens, text)
    generation = Generation(
        text=with_lf(text),
        prompt_hash=prompt_hash,
        tokens=tokens,
        logprob=_sum(tokens),
        finish_reason=answer.finish,
        latency_ms=latency_ms,
        prompt_tokens=answer.prompt_tokens,
        completion_tokens=answer.completion_tokens,
        model_said=answer.model,
        reasoning=with_lf(before if is_repeated else marked(answer.reasoning) + before),
    )
    return or_no_answer(generation)


def _json(body: bytes) -> dict[str, Any]:
    try:
        whole = json.loads(body)
    except (ValueError, RecursionError) as error:
        kind = "an HTML page" if body.lstrip()[:1] == b"<" else "something that is no JSON"
        raise UnreadableAnswer(f"it is {kind}") from error
    if not isinstance(whole, dict):
        raise UnreadableAnswer("it is no chat completion")
    return whole


def _choice(whole: Whole, at: int) -> Whole:
    choices = whole.get("choices")
    if not isinstance(choices, list) or len(choices) <= at or not isinstance(choices[at], dict):
        raise UnreadableAnswer("it holds no choice")
    choice: Whole = choices[at]
    return choice


def _used(whole: Whole, name: str) -> int | None:
    usage = whole.get("usage")
    count = usage.get(name) if isinstance(usage, dict) else None
    is_count = isinstance(count, int) and not isinstance(count, bool) and count >= 0
    return count if is_count else None


def _content(message: Mapping[str, Any]) -> str:
    content = message.get("content")
    if content is None:
        return ""
    if not isinstance(content, str):
        raise NoAnswer(f"The server's answer is no text but a {type(content).__name__}.")
    if not _is_unicode(content):
        raise NoAnswer("The server's answer is no valid Unicode text (a lone surrogate).")
    return content


def _reasoning(message: Mapping[str, Any]) -> str:
    """Return the reasoning that the server has split off; a field that is no text says nothing."""
    found = (message.get(name) for name in REASONING_FIELDS)
    text = next((text for text in found if isinstance(text, str) and text.strip()), "")
    return text.encode("utf-8", "replace").decode()


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _tokens(logprobs: object) -> tuple[ByteToken, ...]:
    """Return the tokens; none at all where any is not what it should be."""
    entries = logprobs.get("content") if isinstance(logprobs, dict) else None
    try:
        return tuple(_token(entry) for entry in entries or ())
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
        return ()


def _token(entry: Mapping[str, Any]) -> ByteToken:
    raw, logprob = _raw(entry), _logprob(entry["logprob"])
    top: dict[str, float] = {}
    for other in entry.get("top_logprobs") or ():
        text, value = _text(_raw(other)), _logprob(other["logprob"])
        top[text] = max(value, top.get(text, value))
    return ByteToken(TokenLogprob(_text(raw), logprob, top), raw)


def _raw(entry: Mapping[str, Any]) -> bytes:
    token = entry["token"]
    if not isinstance(token, str):
        raise TypeError(f"a token is {token!r}")
    given = entry.get("bytes")
    return bytes(given) if isinstance(given, list) else token.encode("utf-8", "surrogatepass")


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")


def _logprob(value: object) -> float:
    """Return a log-probability. Raises TypeError or ValueError for what cannot be one."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"a log-probability is {value!r}")
    if not math.isfinite(value) or value > _HIGHEST_LOGPROB:
        raise ValueError(f"a log-probability is {value}")
    return min(float(value), 0.0)


def _sum(tokens: tuple[TokenLogprob, ...]) -> float | None:
    values = [token.logprob for token in tokens]
    return sum(values) if values and min(values) > _UNKNOWN_LOGPROB else None
