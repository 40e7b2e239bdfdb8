"""Conversations of several turns, tool calls among them: checked, written out, named. Pure.

A turn is a dictionary as chat models send and take it: `role` (system, user, assistant, tool) and
`content`; an assistant's may have `tool_calls`, each with `name` and `arguments` (JSON text); a tool's
has the `name` of what answered.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any, Literal

from models_srv.texts import exact_digest, with_lf
from models_srv.types import Conversation, Message

Turn = dict[str, Any]
LABELS = {"system": "System", "user": "User", "assistant": "Assistant", "tool": "Tool"}
MOST_TURNS = 1000
UNDER, BETWEEN = ":\n", "\n\n"  # a name and what is said, and two turns, written out


def checked_turns(value: object) -> list[Turn]:
    """Return the turns with nothing but what is kept of them, lines ending in LF.

    Raises ValueError, in words, where they are no conversation.
    """
    if not isinstance(value, list) or not value:
        raise ValueError("a conversation is a list of messages, at least one")
    if len(value) > MOST_TURNS:
        raise ValueError(f"a conversation has at most {MOST_TURNS} messages, not {len(value)}")
    return [_checked(turn) for turn in value]


def as_text(turns: Sequence[Turn]) -> str:
    """Return the conversation written out, each turn under the name of who speaks."""
    return BETWEEN.join(f"{speaker(turn)}{UNDER}{body(turn)}" for turn in turns)


def places_in_text(turns: Sequence[Turn]) -> Iterator[tuple[Turn, int]]:
    """Yield each turn with where its body begins in `as_text`, in characters."""
    at = 0
    for turn in turns:
        at += len(speaker(turn)) + len(UNDER)
        yield turn, at
        at += len(body(turn)) + len(BETWEEN)


def lone_text(turns: Sequence[Turn], role: str) -> str | None:
    """Return what the one turn says where there is one, of that role, with no call; None otherwise."""
    is_lone = len(turns) == 1 and turns[0]["role"] == role and not turns[0].get("tool_calls")
    return str(turns[0]["content"]) if is_lone else None


def speaker(turn: Turn) -> str:
    return LABELS[turn["role"]] + (f" {turn['name']}" if turn.get("name") else "")


def body(turn: Turn) -> str:
    """Return what a turn says, its calls of tools last."""
    calls = [f"→ {call['name']}({call['arguments']})" for call in turn.get("tool_calls", [])]
    return "\n".join(filter(None, [turn["content"], *calls]))


def conversation_digest(turns: Sequence[Turn]) -> str:
    """Return the sha256 that names the conversation: two that read alike may differ in their turns."""
    return exact_digest(json.dumps(list(turns), ensure_ascii=False, sort_keys=True))


def as_messages(turns: Sequence[Turn]) -> Conversation:
    """Return the turns for a chat template that knows no tools: what a tool said is told by the user.

    Turns of one role in a row become one, since templates want the roles to take turns.
    """
    messages: list[Message] = []
    for turn in turns:
        role, text = _told(turn)
        if messages and messages[-1].role == role:
            text = f"{messages.pop().content}\n\n{text}"
        messages.append(Message(role, text))
    return tuple(messages)


def _told(turn: Turn) -> tuple[Literal["system", "user", "assistant"], str]:
    if turn["role"] == "tool":
        return "user", f"{speaker(turn)}:\n{body(turn)}"
    return turn["role"], body(turn)


def _checked(value: object) -> Turn:
    if not isinstance(value, dict):
        raise ValueError("a message is an object with “role” and “content”")
    role = value.get("role")
    if not isinstance(role, str) or role not in LABELS:
        raise ValueError(f"“role” must be one of {', '.join(LABELS)}, not {role!r:.40}")
    turn: Turn = {"role": role, "content": _text(value, "content")}
    if role == "assistant" and value.get("tool_calls"):
        turn["tool_calls"] = _calls(value["tool_calls"])
    if role == "tool" and value.get("name"):
        turn["name"] = _text(value, "name")
    return turn


def _calls(value: object) -> list[dict[str, str]]:
    """Take the calls as they are written here, and as OpenAI's interface nests them."""
    if not isinstance(value, list) or not all(isinstance(call, dict) for call in value):
        raise ValueError("“tool_calls” must be a list of objects")
    return [_call(call.get("function", call)) for call in value]


def _call(value: Any) -> dict[str, str]:
    if not isinstance(value, dict) or not isinstance(value.get("name"), str) or not value["name"]:
        raise ValueError("a tool call needs the “name” of the tool")
    arguments = value.get("arguments", "")
    if not isinstance(arguments, str):
        arguments = json.dumps(arguments, ensure_ascii=False)
    return {"name": with_lf(value["name"]), "arguments": with_lf(arguments)}


def _text(value: dict[str, Any], key: str) -> str:
    """A call of a tool has no words beside it in some files: null is the empty text."""
    found = value.get(key)
    if found is None:
        return ""
    if not isinstance(found, str):
        raise ValueError(f"“{key}” of a message must be a string")
    return with_lf(found)
