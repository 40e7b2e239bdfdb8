"""What the roles' prompts share."""

from models_srv.types import Conversation, Message


def conversation(system: str, user: str) -> Conversation:
    """Return a conversation of one user turn, with a system turn only where it says something."""
    turns = [Message("system", system)] if system.strip() else []
    return (*turns, Message("user", user))
