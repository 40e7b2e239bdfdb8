"""Conversations in rows: read, checked, and parted into what was asked and what was answered."""

from collections.abc import Sequence
from typing import Any

from models_srv.conversations import Turn, as_text, checked_turns, lone_text

from . import checks
from .rows import Answer, QueryRow, RowError

# How ShareGPT's files name who speaks.
SHAREGPT = {"human": "user", "gpt": "assistant", "system": "system", "tool": "tool"}


def turns_in(row: checks.Record, key: str, role: str) -> list[Turn]:
    """Return the turns at `key`: a conversation, or plain text as one turn of `role`."""
    checks.required(row, key)
    value = checks.value_of(row, key)
    if not isinstance(value, list):
        if isinstance(row.get(key), str):
            return [{"role": role, "content": checks.text(row, key)}]
        kind = checks.kind_of(value)
        raise RowError(f"“{key}” must be a string or a list of messages, not {kind}")
    try:
        turns = checked_turns([_named(turn) for turn in value])
    except ValueError as error:
        raise RowError(f"“{key}”: {error}") from error
    except TypeError as error:
        raise RowError(f"“{key}”: the arguments of a call are no JSON") from error
    return storable(turns, key)


def storable(turns: list[Turn], key: str) -> list[Turn]:
    """Return the turns where PostgreSQL can hold all of their texts; else raise RowError."""
    for turn in turns:
        for text in _texts(turn):
            checks.storable(text, key)
    return turns


def query_of(line: int, turns: Sequence[Turn], node: str = "", reference: str = "") -> QueryRow:
    """Return the query that they are: plain text where the user alone speaks, once."""
    if not any(turn["content"].strip() or turn.get("tool_calls") for turn in turns):
        raise RowError("the prompt is empty")
    if all(turn["role"] != "user" for turn in turns):
        raise RowError("nobody asks in the prompt: a turn of the user is missing")
    lone = lone_text(turns, "user")
    if lone is not None:
        return QueryRow(line, lone, node, reference)
    return QueryRow(line, as_text(turns), node, reference, tuple(turns))


def answer_of(
    name: str, turns: Sequence[Turn], *, is_correct: bool | None = None, revision: int = 0
) -> Answer:
    """Return the answer that they are: plain text where the assistant alone speaks, once."""
    lone = lone_text(turns, "assistant")
    if lone is not None:
        return Answer(name, lone, is_correct, revision)
    return Answer(name, as_text(turns), is_correct, revision, tuple(turns))


def parted(talks: Sequence[Sequence[Turn]]) -> tuple[list[Turn], list[list[Turn]]]:
    """Return the turns that all begin with, and the rest of each, at least one turn.

    Raises RowError where they share no beginning.
    """
    most = min(len(talk) for talk in talks) - 1
    shared = 0
    while shared < most and all(talk[shared] == talks[0][shared] for talk in talks):
        shared += 1
    if not shared:
        raise RowError("the conversations have no prompt in common")
    return list(talks[0][:shared]), [list(talk[shared:]) for talk in talks]


def different(answers: Sequence[Answer]) -> None:
    """Refuse answers of which two are the same response: nobody could prefer one of them."""
    if len({answer.identity for answer in answers}) < len(answers):
        raise RowError("two of the responses are the same")


def _named(turn: Any) -> Any:
    if isinstance(turn, dict) and "from" in turn and "role" not in turn:
        return {"role": SHAREGPT.get(str(turn["from"])), "content": turn.get("value")}
    return turn


def _texts(turn: Turn) -> list[str]:
    calls = [text for call in turn.get("tool_calls", []) for text in call.values()]
    return [turn["content"], turn.get("name", ""), *calls]
