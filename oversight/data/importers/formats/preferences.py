"""Preference datasets as the export writes them: conversational prompt, chosen and rejected.

Plain strings in place of conversations are taken too. The source must be said: an import never
counts as human by default.
"""

import re
from collections.abc import Iterator

from oversight.data.importers import checks
from oversight.data.importers.reading import Numbered, Readable, json_lines
from oversight.data.importers.rows import Answer, PreferenceRow, QueryRow, RowError

SOURCES = {name: name for name in ("person", "critic", "checker", "simulated")}
VERSION = re.compile(r"(.{1,200})@([0-9]{1,9})", re.DOTALL)
MAX_WEIGHT = 1e6


def records(stream: Readable) -> Iterator[Numbered]:
    return json_lines(stream)


def parse(line: int, value: object) -> PreferenceRow:
    row = checks.record(value)
    query = QueryRow(
        line,
        _single_turn(row, "prompt", "user"),
        node=checks.text(row, "node", default="", max_chars=200),
    )
    if not query.text.strip():
        raise RowError("“prompt” is empty")
    chosen, rejected = (_answer(row, side) for side in ("chosen", "rejected"))
    if chosen.identity == rejected.identity:
        raise RowError("“chosen” and “rejected” are the same response")
    return PreferenceRow(
        query,
        chosen,
        rejected,
        checks.one_of(row, "source", SOURCES),
        checks.number(row, "p_w", default=1.0, low=0.0, high=1.0),
        checks.number(row, "p_l", default=0.0, low=0.0, high=1.0),
        checks.number(row, "weight", default=1.0, low=0.0, high=MAX_WEIGHT),
    )


def _answer(row: checks.Record, side: str) -> Answer:
    version = checks.text(row, f"{side}_version", default="imported@0")
    match = VERSION.fullmatch(version)
    if match is None:
        raise RowError(f"“{side}_version” must be written name@revision, as in learner@3")
    text = _single_turn(row, side, "assistant")
    return Answer(match[1], text, revision=int(match[2]))


def _single_turn(row: checks.Record, key: str, role: str) -> str:
    """Return the text of a plain string, or of a conversation of one message of that role."""
    value = checks.required(row, key)
    if isinstance(value, str):
        return checks.storable(value, key)
    if not isinstance(value, list) or len(value) != 1:
        raise RowError(f"“{key}” must be a string or a list of one message")
    try:
        message = checks.record(value[0])
        checks.one_of(message, "role", {role: role})
        return checks.text(message, "content")
    except RowError as error:
        raise RowError(f"“{key}”: {error}") from error
