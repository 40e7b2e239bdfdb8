"""`example_model_solutions.jsonl` of openai/grade-school-math: questions, four models' solutions.

Every key beside `question` and `ground_truth` is a model: {"solution": …, "is_correct": …}.
"""

from collections.abc import Iterator

from oversight.data.importers import checks
from oversight.data.importers.reading import Numbered, Readable, json_lines
from oversight.data.importers.rows import Answer, QueryRow, RowError, SolvedRow

OWN_KEYS = {"question", "ground_truth"}


def records(stream: Readable) -> Iterator[Numbered]:
    return json_lines(stream)


def parse(line: int, value: object) -> SolvedRow:
    row = checks.record(value)
    query = QueryRow(
        line, checks.filled(row, "question"), reference=checks.text(row, "ground_truth")
    )
    models = sorted(row.keys() - OWN_KEYS)
    if len(models) < 2:
        raise RowError("the solutions of at least two models are needed")
    return SolvedRow(query, tuple(_answer(row, model) for model in models))


def _answer(row: checks.Record, model: str) -> Answer:
    name = checks.storable(model, "a model's name", max_chars=200)
    if not name.strip():
        raise RowError("a model's name is empty")
    try:
        solution = checks.record(row[model])
        return Answer(name, checks.text(solution, "solution"), checks.truth(solution, "is_correct"))
    except RowError as error:
        raise RowError(f"“{name}”: {error}") from error
