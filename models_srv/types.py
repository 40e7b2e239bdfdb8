"""The dataclasses that cross the border between models and the rest of the product.

Everything here is immutable, picklable and free of heavy imports, so the web process may use it.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol, runtime_checkable

from models_srv.options import ModelOptions

RoleName = Literal["attacker", "learner", "critic"]
QuoteMatch = Literal["exact", "normalised", "ambiguous", "none"]
Severity = Literal["critical", "major", "minor", "nitpick"]
Verdict = Literal["flawed", "sound"]
# An adjustment of a Generation.
NO_SEED = "no seed was sent"


@dataclass(frozen=True)
class ModelSpec:
    """Where a model is and how to reach it.

    `backend` is transformers, openai, or the name of one that is installed besides. `location` is a
    folder (or hub id) for `transformers`, a base URL ending in /v1 for `openai`; `name` is the
    model's name on that server. `api_key_env` names the environment variable that
    holds the key: the key itself is never stored. `sha256`, where it is known, is what the folder's
    files must add up to (`folder_sha256`; of the adapter, where there is one).
    """

    backend: str
    location: str
    name: str = ""
    adapter: str = ""
    api_key_env: str = ""
    sha256: str = ""
    options: ModelOptions = field(default_factory=ModelOptions)


@dataclass(frozen=True)
class Message:
    """One turn of a conversation; `role` is system, user or assistant."""

    role: Literal["system", "user", "assistant"]
    content: str


Conversation = Sequence[Message]


@dataclass(frozen=True, kw_only=True)
class Sampling:
    """How to sample. `temperature` 0 is greedy; the same seed and batch give the same texts."""

    temperature: float = 1.0
    top_p: float = 1.0
    max_tokens: int = 256
    seed: int = 0


@dataclass(frozen=True)
class ModelRequest:
    """One prompt for a served model, to be answered `samples` times.

    `name` tells it from others that say the same: the seeds of its answers follow from it and from
    the sampling's, so that whoever asks again asks the same. `schema` is the JSON schema that the
    answer is to keep to, as text; "" for none.
    """

    conversation: Conversation
    sampling: Sampling
    name: str = ""
    samples: int = 1
    schema: str = ""


@dataclass(frozen=True)
class TokenLogprob:
    """One generated token: its text, its natural-log probability, and the likeliest alternatives.

    Log-probabilities are the model's own at temperature 1, whatever the sampling temperature.
    """

    text: str
    logprob: float
    top: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Generation:
    """One output of a model with its provenance.

    `text` is the answer alone, its line ends LF: it begins after the `reasoning`, and is empty
    where the model never came to one. `tokens` (the end-of-turn token included) and `logprob`, the
    sum over them, are the answer's given its reasoning; none where the server gives none that join
    to it. `latency_ms` is the wall time of the batch or request that it was part of.
    `finish_reason` "error" means that this one conversation could not be answered, and `error` says
    why in one line: the text is empty, the rest of the batch stands. `adjustments` say in words what
    was asked otherwise than told, since the model or its server takes it no other way.

    `prompt_tokens` and `completion_tokens` are what it cost, None where a server does not say: of
    several answers to one request they add up to the request's. `model_said` is the name of the
    model that a server says answered.
    """

    text: str
    prompt_hash: str
    tokens: tuple[TokenLogprob, ...] = ()
    logprob: float | None = None
    finish_reason: Literal["stop", "length", "error"] = "stop"
    latency_ms: float = 0.0
    error: str = ""
    reasoning: str = ""
    adjustments: tuple[str, ...] = ()
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    model_said: str = ""

    @property
    def raw_text(self) -> str:
        """All that the model wrote: the reasoning with its marks, then the answer."""
        return self.reasoning + self.text


@dataclass(frozen=True)
class CritiqueComment:
    """A comment tied to a quote of the response; `start` and `end` are offsets into it."""

    quote: str
    quote_match: QuoteMatch
    start: int | None
    end: int | None
    severity: Severity
    category: str
    explanation: str
    suggested_fix: str = ""
    principle: str = ""
    confidence: float | None = None


@dataclass(frozen=True)
class ParsedCritique:
    """What a critic said of one response; `verdict` and `p_flawed` are None if not parsed."""

    verdict: Verdict | None
    p_flawed: float | None
    summary: str
    comments: tuple[CritiqueComment, ...]
    raw_text: str


class ModelError(Exception):
    """A model could not be loaded or did not answer."""


class ModelUnavailable(ModelError):
    """The server is down or too slow: the work waits, no other model stands in.

    `is_alone`: the server answered other requests meanwhile, so it is this one that it does not
    answer. `is_busy`: it said to come again: it has too much to do, or has yet to be given the
    model. `is_lost`: it said nothing at all.
    `failed_at` is when, by `time.monotonic`.
    """

    def __init__(
        self,
        words: str,
        *,
        is_alone: bool = False,
        is_busy: bool = False,
        is_lost: bool = False,
        failed_at: float = 0.0,
    ) -> None:
        super().__init__(words)
        self.is_alone, self.is_busy, self.is_lost = is_alone, is_busy, is_lost
        self.failed_at = failed_at


class ModelMisconfigured(ModelError):
    """The settings are wrong (no folder, unknown name, refused key): another try will not help."""


class Backend(Protocol):
    """A model that answers conversations in batches.

    `generate` returns one Generation per conversation, in the same order. It raises
    ModelUnavailable or ModelMisconfigured, never a library's own exception.
    """

    def generate(
        self, conversations: Sequence[Conversation], sampling: Sampling
    ) -> list[Generation]: ...


@runtime_checkable
class ScoringBackend(Backend, Protocol):
    """A backend that can also tell how likely a given text is.

    `score` returns log π of each continuation's tokens after its conversation's prompt, in nats.
    """

    def score(
        self, conversations: Sequence[Conversation], continuations: Sequence[str]
    ) -> list[list[float]]: ...


def prompt_hash(conversation: Conversation) -> str:
    """Return the sha256 of a conversation, the same on every machine."""
    turns = [[message.role, message.content] for message in conversation]
    return hashlib.sha256(json.dumps(turns, ensure_ascii=False).encode()).hexdigest()
