"""Answers to compare, with nothing known of which is best: people are asked. With critiques or none.

`prompt`, and `responses` (two to four) or `response_a` to `response_d`; any of them may be a
conversation. A critique says of which answer it is (`response`, from 0), and ties its comments to
quotes of it.
"""

from typing import Any

from oversight.data.importers import checks, said, talk
from oversight.data.importers.rows import Answer, GivenCritique, LabelledRow, Note, RowError

SEVERITIES = {name: name for name in ("critical", "major", "minor", "nitpick")}
VERDICTS = {None: "", "flawed": "flawed", "sound": "sound"}


def parse(line: int, value: object) -> LabelledRow:
    row = checks.record(value)
    if "label" in row or "ranking" in row:
        raise RowError("the row says which response is best: use a format that keeps that")
    query = talk.query_of(
        line,
        talk.turns_in(row, "prompt", "user"),
        said.node_of(row),
        checks.text(row, "reference", default=""),
    )
    answers = said.answers_in(row)
    return LabelledRow(query, answers, critiques=_critiques(row, answers), is_asked=True)


def _critiques(row: checks.Record, answers: tuple[Answer, ...]) -> tuple[GivenCritique, ...]:
    if checks.value_of(row, "critiques") is None:
        return ()
    return tuple(critique(each, len(answers)) for each in checks.listed(row, "critiques"))


def critique(value: object, answers: int) -> GivenCritique:
    row = checks.record(value)
    place = checks.whole(row, "response", low=0, high=answers - 1)
    notes = checks.listed(row, "comments") if row.get("comments") is not None else []
    p_flawed = (
        checks.number(row, "p_flawed", default=0, low=0, high=1)
        if row.get("p_flawed") is not None
        else None
    )
    return GivenCritique(
        answer=place or 0,
        critic=said.name_of(row, "critic", default="imported"),
        summary=checks.text(row, "summary", default=""),
        verdict=checks.one_of({"verdict": None} | dict(row), "verdict", VERDICTS) or None,
        p_flawed=p_flawed,
        notes=tuple(_note(each) for each in notes),
    )


def _note(value: Any) -> Note:
    row = checks.record(value)
    return Note(
        quote=checks.text(row, "quote", default=""),
        explanation=checks.filled(row, "explanation"),
        severity=checks.one_of({"severity": "major"} | dict(row), "severity", SEVERITIES),
        category=checks.text(row, "category", default="", max_chars=200),
        suggested_fix=checks.text(row, "suggested_fix", default=""),
    )
