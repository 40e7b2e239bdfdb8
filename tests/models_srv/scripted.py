"""A backend that answers from a script. For unit tests only: the demo runs real models."""

from collections.abc import Callable, Sequence

from models_srv.types import Conversation, Generation, Sampling, prompt_hash


class ScriptedBackend:
    """Answers each conversation with `answer(conversation)` and remembers what it was asked."""

    def __init__(self, answer: Callable[[Conversation], str]) -> None:
        self.answer = answer
        self.asked: list[Conversation] = []

    def generate(
        self, conversations: Sequence[Conversation], sampling: Sampling
    ) -> list[Generation]:
        self.asked.extend(conversations)
        return [Generation(self.answer(turns), prompt_hash(turns)) for turns in conversations]
