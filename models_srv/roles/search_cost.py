"""What a search among critiques asks of its model besides the first critique, answer by answer."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from models_srv.types import Conversation, Generation, Message, Sampling, ScoringBackend

Asked = tuple[Message, ...]


@dataclass(frozen=True)
class Cost:
    """`answers` that were written, and tokens read and written. What is scored is read."""

    answers: int = 0
    read: int = 0
    written: int = 0

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(
            self.answers + other.answers, self.read + other.read, self.written + other.written
        )


class Metered:
    """A backend that counts what each conversation costs; what it is made to go on with is that
    conversation's own."""

    def __init__(self, backend: ScoringBackend) -> None:
        self._backend = backend
        self._costs: dict[Asked, Cost] = defaultdict(Cost)
        self._prompts: dict[Asked, int] = {}

    def generate(
        self, conversations: Sequence[Conversation], sampling: Sampling
    ) -> list[Generation]:
        said = self._backend.generate(conversations, sampling)
        for conversation, each in zip(conversations, said, strict=True):
            key = _asked(conversation)
            self._prompts.setdefault(key, each.prompt_tokens or 0)
            cost = Cost(1, each.prompt_tokens or 0, each.completion_tokens or 0)
            self._costs[key] += cost
        return said

    def score(
        self, conversations: Sequence[Conversation], continuations: Sequence[str]
    ) -> list[list[float]]:
        scored = self._backend.score(conversations, continuations)
        for conversation, each in zip(conversations, scored, strict=True):
            key = _asked(conversation)
            self._costs[key] += Cost(read=self._prompts.get(key, 0) + len(each))
        return scored

    def cost_of(self, conversation: Conversation) -> Cost:
        """Return what was spent on the conversation since it was asked for last."""
        return self._costs.pop(_asked(conversation), Cost())


def _asked(conversation: Conversation) -> Asked:
    """Return what is asked, without the answer that was begun."""
    turns = tuple(conversation)
    return turns[:-1] if turns and turns[-1].role == "assistant" else turns
