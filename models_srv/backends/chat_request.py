"""One chat completion as it is asked for, with what a server may refuse left out. Pure."""

from collections.abc import Set
from dataclasses import dataclass, field
from typing import Any

from models_srv.backends.decoding import TOP_ALTERNATIVES
from models_srv.backends.dialects import LOGPROBS, SEED, SYSTEM_TURN
from models_srv.backends.own_settings import extra_body
from models_srv.chat.turns import SYSTEM_MERGED, merge_system
from models_srv.options import ModelOptions
from models_srv.types import NO_SEED, Conversation, Sampling


@dataclass(frozen=True)
class ChatRequest:
    """What to ask the model `model`; `options` are those of its parts that it may go without.

    `own` are the model's own settings.
    """

    model: str
    conversation: Conversation
    sampling: Sampling
    seed: int
    own: ModelOptions = field(default_factory=ModelOptions)

    @property
    def options(self) -> Set[str]:
        has_system = bool(self.conversation) and self.conversation[0].role == "system"
        return {SEED, LOGPROBS, SYSTEM_TURN} if has_system else {SEED, LOGPROBS}

    def body(self, dropped: Set[str]) -> dict[str, Any]:
        """Return the request's fields without the options that are dropped."""
        turns = [{"role": turn.role, "content": turn.content} for turn in self.conversation]
        fields: dict[str, Any] = {
            "model": self.model,
            "messages": merge_system(turns) if SYSTEM_TURN in dropped else turns,
            "temperature": self.sampling.temperature,
            "top_p": self.sampling.top_p,
            "max_tokens": self.sampling.max_tokens,
        }
        if SEED not in dropped:
            fields["seed"] = self.seed
        if LOGPROBS not in dropped:
            fields |= {"logprobs": True, "top_logprobs": TOP_ALTERNATIVES}
        if extra := extra_body(self.own):
            fields["extra_body"] = extra
        return fields

    def adjustments(self, dropped: Set[str]) -> tuple[str, ...]:
        """Return in words what was asked otherwise than told."""
        words = {SEED: NO_SEED, SYSTEM_TURN: SYSTEM_MERGED}
        return tuple(text for name, text in words.items() if name in dropped & self.options)
