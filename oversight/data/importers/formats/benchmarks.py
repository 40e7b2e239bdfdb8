"""RewardBench and RewardBench 2: answers of which the benchmark says that they are right or wrong.

Lambert et al., 2024; Malik et al., 2025. Nobody's judgement: the source is the benchmark's own check.
RewardBench 2 has one right answer of four; its ties have several right ones, level among each other.
"""

from typing import Any

from models_srv.conversations import Turn
from oversight.data.importers import checks, said, talk
from oversight.data.importers.rows import Answer, Label, LabelledRow, RowError

MAX_ANSWERS = 64


def parse_first(line: int, value: object) -> LabelledRow:
    row = checks.record(value)
    answers = tuple(
        _answer(said.name_of(row, f"{side}_model"), talk.turns_in(row, side, "assistant"), is_right)
        for side, is_right in (("chosen", True), ("rejected", False))
    )
    checks.required(row, "subset")
    return _row(line, row, answers, "RewardBench")


def parse_second(line: int, value: object) -> LabelledRow:
    row = checks.record(value)
    sides = [(checks.listed(row, "chosen"), True), (checks.listed(row, "rejected"), False)]
    given = [(each, is_right) for texts, is_right in sides for each in texts]
    if not all(texts for texts, _ in sides) or len(given) > MAX_ANSWERS:
        raise RowError(f"“chosen” and “rejected” must have 1 to {MAX_ANSWERS} responses")
    names = _names(row, len(given))
    answers = tuple(
        _answer(name, talk.turns_in({"response": each}, "response", "assistant"), is_right)
        for name, (each, is_right) in zip(names, given, strict=True)
    )
    return _row(line, row, answers, "RewardBench 2")


def _row(line: int, row: checks.Record, answers: tuple[Answer, ...], judge: str) -> LabelledRow:
    talk.different(answers)
    query = talk.query_of(line, talk.turns_in(row, "prompt", "user"), said.node_of(row, "subset"))
    ranks = tuple(1 if answer.is_correct else 2 for answer in answers)
    return LabelledRow(query, answers, (Label("checker", judge, ranks=ranks),))


def _answer(name: str, turns: list[Turn], is_right: bool) -> Answer:
    return talk.answer_of(name, turns, is_correct=is_right)


def _names(row: checks.Record, count: int) -> list[str]:
    """Return the model of each answer: one name for each, or none at all."""
    models: list[Any] = checks.listed(row, "models") if row.get("models") else []
    names = [said.name_of({"models": model}, "models") for model in models]
    return names if len(names) == count else ["imported"] * count
