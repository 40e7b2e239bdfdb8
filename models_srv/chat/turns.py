"""Turns of a conversation as chat templates take them. Pure."""

from collections.abc import Sequence

Turn = dict[str, str]
SYSTEM_MERGED = "the system turn was merged into the first user turn"


def merge_system(turns: Sequence[Turn]) -> list[Turn]:
    """Return the turns with the system's words at the head of the first user turn."""
    if len(turns) < 2 or turns[0]["role"] != "system" or turns[1]["role"] != "user":
        return list(turns)
    system, first, *rest = turns
    return [{**first, "content": f"{system['content']}\n\n{first['content']}"}, *rest]
