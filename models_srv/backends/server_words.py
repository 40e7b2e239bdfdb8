"""What a server says of a refusal, in one line that people can read. Pure."""

import json
from typing import Any

LONGEST_LINE = 300
_LONGEST_WORDS = 20_000
# Where servers put their words: OpenAI and vLLM, TGI, FastAPI.
_FIELDS = ("message", "error", "detail", "msg")


def refusal_words(body: Any) -> str:
    """Return the words in an error's body (JSON as read, or text); "" for a page of HTML."""
    for _ in range(5):
        if isinstance(body, list) and body:
            body = body[0]
        elif isinstance(body, dict):
            body = next((body[name] for name in _FIELDS if body.get(name)), "")
    if not isinstance(body, str) or body.lstrip().startswith("<"):
        return ""
    return one_line(body)


def whole_words(error: Any) -> str:
    """Return the error's body as text: the field that says what it is differs from server to server."""
    body = error.body
    text = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)
    return text[:_LONGEST_WORDS]


def one_line(words: str) -> str:
    """Return the words in one line that can be stored and shown, cut where it is long."""
    shown = "".join(char if char.isprintable() else " " for char in words[:_LONGEST_WORDS])
    return " ".join(shown.split())[:LONGEST_LINE]
