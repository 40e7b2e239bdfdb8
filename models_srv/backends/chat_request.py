"""One chat completion as it is asked for, with what a server may refuse left out. Pure."""

import hashlib
import json
from collections.abc import Set
from dataclasses import dataclass, field
from typing import Any

from models_srv.backends.decoding import TOP_ALTERNATIVES
from models_srv.backends.dialects import LOGPROBS, SAMPLES, SCHEMA, SEED, SYSTEM_TURN
from models_srv.backends.own_settings import extra_body
from models_srv.chat.turns import SYSTEM_MERGED, merge_system
from models_srv.options import ModelOptions
from models_srv.types import NO_SEED, ModelRequest

NO_SCHEMA = "the server was not held to the form of the answer"


@dataclass(frozen=True)
class ChatRequest:
    """What to ask the model `model`: `count` answers to a request, from its sample `first` on.

    `options` are those of its parts that it may go without; `own` are the model's own settings.
    """

    model: str
    request: ModelRequest
    first: int = 0
    count: int = 1
    own: ModelOptions = field(default_factory=ModelOptions)

    @property
    def options(self) -> Set[str]:
        turns = self.request.conversation
        said = {
            SEED: True,
            LOGPROBS: True,
            SYSTEM_TURN: bool(turns) and turns[0].role == "system",
            SAMPLES: self.count > 1,
            SCHEMA: bool(self.request.schema),
        }
        return {name for name, is_said in said.items() if is_said}

    def body(self, dropped: Set[str]) -> dict[str, Any]:
        """Return the request's fields without the options that are dropped."""
        sampling = self.request.sampling
        turns = [{"role": turn.role, "content": turn.content} for turn in self.request.conversation]
        fields: dict[str, Any] = {
            "model": self.model,
            "messages": merge_system(turns) if SYSTEM_TURN in dropped else turns,
            "temperature": sampling.temperature,
            "top_p": sampling.top_p,
            "max_tokens": sampling.max_tokens,
        }
        more: dict[str, dict[str, Any]] = {
            SEED: {"seed": row_seed(sampling.seed, self.request.name, self.first)},
            LOGPROBS: {"logprobs": True, "top_logprobs": TOP_ALTERNATIVES},
            SAMPLES: {"n": self.count},
            SCHEMA: {"response_format": _format(self.request.schema)},
        }
        for name in self.options - dropped:
            fields |= more.get(name, {})
        if extra := extra_body(self.own):
            fields["extra_body"] = extra
        return fields

    def adjustments(self, dropped: Set[str]) -> tuple[str, ...]:
        """Return in words what was asked otherwise than told."""
        words = {SEED: NO_SEED, SYSTEM_TURN: SYSTEM_MERGED, SCHEMA: NO_SCHEMA}
        return tuple(text for name, text in words.items() if name in dropped & self.options)


def row_seed(seed: int, name: str, sample: int = 0) -> int:
    """Return a seed of its own for each answer, or k samples of one prompt would all be the same."""
    digest = hashlib.sha256(f"{seed}:{name}{f'/{sample}' if sample else ''}".encode()).digest()
    return int.from_bytes(digest[:4]) >> 1


def _format(schema: str) -> dict[str, Any]:
    if not schema:
        return {}
    said = {"name": "answer", "schema": json.loads(schema), "strict": True}
    return {"type": "json_schema", "json_schema": said}
