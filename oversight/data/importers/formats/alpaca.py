"""AlpacaEval: models' outputs, and annotations of pairs with a preference of 1, 2 or between.

A preference of 1.5 is a tie; weighted annotators give any number from 1 to 2, how surely the second
is better. People's annotations (AlpacaFarm's) number their annotator, models' name it.
(Li et al., *AlpacaEval*, 2023; Dubois et al., 2024.)
"""

from oversight.data.importers import checks, said, talk
from oversight.data.importers.rows import Label, LabelledRow, QueryRow

TIE = 1.5


def parse_annotation(line: int, value: object) -> LabelledRow:
    row = checks.record(value)
    answers = tuple(
        talk.answer_of(
            said.name_of(row, f"generator_{number}", default=f"output {number}"),
            talk.turns_in(row, f"output_{number}", "assistant"),
        )
        for number in (1, 2)
    )
    talk.different(answers)
    checks.required(row, "preference")
    preference = checks.number(row, "preference", default=TIE, low=0, high=2)
    preference = preference or TIE  # older files write a tie as 0
    return LabelledRow(_query(line, row), answers, (_label(row, preference),))


def parse_output(line: int, value: object) -> LabelledRow:
    row = checks.record(value)
    checks.required(row, "generator")
    answer = talk.answer_of(
        said.name_of(row, "generator"), talk.turns_in(row, "output", "assistant")
    )
    return LabelledRow(_query(line, row), (answer,))


def _label(row: checks.Record, preference: float) -> Label:
    is_person = row.get("annotator_index") is not None
    judge = said.judge_of(row, "annotator_index" if is_person else "annotator")
    first, second = (1 + (preference > TIE), 1 + (preference < TIE))
    return Label(
        "person" if is_person else "critic",
        f"annotator {judge}" if is_person else judge,
        ranks=(first, second),
        p_a_better=min(max(2 - preference, 0.0), 1.0),
    )


def _query(line: int, row: checks.Record) -> QueryRow:
    parts = [checks.text(row, "instruction"), checks.text(row, "input", default="")]
    text = "\n\n".join(part for part in parts if part.strip())
    return talk.query_of(line, [{"role": "user", "content": text}], said.node_of(row, "dataset"))
