"""What an attacker outside is given and what it hands back, one JSON object a line. Pure."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from models_srv.texts import one_line

MOST_CHARS = 100_000  # of a query's text
MOST_NODE_CHARS = 200
MOST_NAME_CHARS = 100


class WrongLine(ValueError):
    """A line that is no query; the words say why."""


@dataclass(frozen=True)
class AskedEarlier:
    """A query that was asked before. `failed`: somebody confirmed that the learner failed at it."""

    query: str
    failed: bool


@dataclass(frozen=True)
class Start:
    """What one line of standard input asks for: `wanted` queries of the kind `node`.

    `number` counts from 1. `seed` is a query of that kind, empty where there is none.
    """

    number: int
    node: str
    wanted: int
    seed: str = ""
    asked_before: Sequence[AskedEarlier] = ()

    def line(self) -> str:
        asked = [{"query": each.query, "failed": each.failed} for each in self.asked_before]
        row = {"start": self.number, "node": self.node, "wanted": self.wanted, "seed": self.seed}
        return json.dumps({**row, "asked_before": asked}, ensure_ascii=False)


@dataclass(frozen=True)
class Brought:
    """A query that came back. `attacker` and `strategy`: what the program says of itself, or empty."""

    text: str
    node: str
    attacker: str = ""
    strategy: str = ""


def parse_line(line: bytes, starts: Sequence[Start]) -> Brought:
    """Return the query that a line of standard output holds; keys that mean nothing here are passed over.

    Its kind is what it says itself, else that of the `start` that it names, else none. Raises
    WrongLine.
    """
    row = _object(line)
    text = _text(row, "text", MOST_CHARS)
    if not text.strip():
        raise WrongLine("has no “text”")
    return Brought(
        text=text,
        node=_text(row, "node", MOST_NODE_CHARS) or _node_of(row.get("start"), starts),
        attacker=_name(row, "attacker"),
        strategy=_name(row, "strategy"),
    )


def _object(line: bytes) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:  # ValueError: of bytes that are no UTF-8 too
        raise WrongLine("is no JSON") from error
    if not isinstance(row, dict):
        raise WrongLine("is no object: each line is one, in braces")
    return row


def _text(row: dict[str, Any], key: str, most: int) -> str:
    value = row.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise WrongLine(f"needs a text as “{key}”")
    if len(value) > most:
        raise WrongLine(f"has a “{key}” of more than {most:,} characters")
    if any("\ud800" <= letter <= "\udfff" for letter in value):
        raise WrongLine(f"has half a letter in “{key}” (a lone surrogate)")
    return value.replace("\x00", "�")


def _name(row: dict[str, Any], key: str) -> str:
    """Return a name in one line."""
    text = _text(row, key, MOST_NAME_CHARS)
    try:
        return one_line(text)
    except ValueError as error:
        raise WrongLine(f"has a “{key}” that {error}") from error


def _node_of(number: object, starts: Sequence[Start]) -> str:
    if number is None:
        return ""
    for start in starts:
        if start.number == number and not isinstance(number, bool):
            return start.node
    raise WrongLine(f"names a “start” that there is not: {number!r:.40}")
