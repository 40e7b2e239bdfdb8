"""The learner answers queries: the model that is being aligned."""

from models_srv.roles.prompting import conversation
from models_srv.types import Conversation, Generation


def build_answer_request(*, query: str, instructions: str = "") -> Conversation:
    """Ask the learner `query`; the campaign's `instructions` are the system turn, if any."""
    return conversation(instructions, query)


def parse_answer(generation: Generation) -> str:
    """Return the answer as written, without trailing whitespace. An empty answer stays empty."""
    return generation.text.rstrip()
