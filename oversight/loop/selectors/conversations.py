"""Conversations up to an answer, as turns."""

from collections.abc import Collection

from models_srv.conversations import Turn
from oversight.models import Response


def conversations(responses: Collection[int]) -> dict[int, list[Turn]]:
    """Return by response what was asked, turn by turn, and last the answer."""
    rows = Response.objects.filter(pk__in=responses)
    asked = rows.values_list("pk", "query__text", "query__messages", "text")
    return {
        pk: [*(turns or [_turn("user", question)]), _turn("assistant", answer)]
        for pk, question, turns, answer in asked
    }


def _turn(role: str, text: str) -> Turn:
    return {"role": role, "content": text}
