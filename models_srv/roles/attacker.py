"""The attacker writes queries that the learner may fail."""

from models_srv.answers import answer_of
from models_srv.roles.prompting import conversation
from models_srv.types import Conversation, Generation


def build_attack_request(*, node: str, seed_query: str, instructions: str = "") -> Conversation:
    """Ask for a query of the kind `node`, near `seed_query`."""
    return conversation(instructions, f"Kind: {node}\nNear:\n{seed_query}")


def parse_attack(generation: Generation) -> str | None:
    """Return the query without the reasoning before it, or None where there is none.

    Finding duplicates is the caller's work.
    """
    return answer_of(generation).text.strip() or None
