"""Preference datasets as the export writes them: conversational prompt, chosen and rejected.

Plain strings in place of conversations are taken too. The source must be said: an import never
counts as human by default.
"""

import re

from oversight.data.importers import checks, said, talk
from oversight.data.importers.rows import Answer, PreferenceRow, RowError

SOURCES = said.SOURCES
VERSION = re.compile(r"(.{1,200})@([0-9]{1,9})", re.DOTALL)
MAX_WEIGHT = 1e6


def parse(line: int, value: object) -> PreferenceRow:
    row = checks.record(value)
    query = talk.query_of(line, talk.turns_in(row, "prompt", "user"), said.node_of(row))
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
    turns = talk.turns_in(row, side, "assistant")
    return talk.answer_of(match[1], turns, revision=int(match[2]))
