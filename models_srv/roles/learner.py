"""The learner answers queries: the model that is being aligned."""

from collections.abc import Sequence

from models_srv.answers import answer_of
from models_srv.conversations import Turn, as_messages
from models_srv.roles.prompting import conversation
from models_srv.types import Conversation, Generation, Message


def build_answer_request(
    *, query: str, instructions: str = "", turns: Sequence[Turn] | None = None
) -> Conversation:
    """Ask the learner `query`; the campaign's `instructions` are the system turn, if any.

    A query of several `turns` is asked as the conversation that it is.
    """
    if not turns:
        return conversation(instructions, query)
    opening = [{"role": "system", "content": instructions}] if instructions.strip() else []
    return as_messages([*opening, *turns])


def build_chat_request(
    *, turns: Sequence[tuple[str, str]], query: str, instructions: str = ""
) -> Conversation:
    """Ask `query` after earlier `turns` of (what the person said, what the learner answered)."""
    first, *rest = [*(text for turn in turns for text in turn), query]
    opening = conversation(instructions, first)
    later = (Message("user" if n % 2 else "assistant", text) for n, text in enumerate(rest))
    return (*opening, *later)


def parse_answer(generation: Generation) -> str:
    """Return the answer as written, without reasoning before it and white space after it.

    An empty answer stays empty.
    """
    return answer_of(generation).text.rstrip()
