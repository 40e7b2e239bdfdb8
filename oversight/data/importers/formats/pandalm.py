"""`testset-v1.json` of WeOpenML/PandaLM: an instruction, two responses, three people's preferences.

`cmp_key` names the two models, `a_b`. A preference of 0 is a tie.
"""

from collections.abc import Iterator

from oversight.data.importers import checks
from oversight.data.importers.reading import Numbered, Readable, json_array
from oversight.data.importers.rows import Answer, JudgedRow, QueryRow, RowError

ANNOTATORS = ("annotator1", "annotator2", "annotator3")
CHOICES = {0: "tie", 1: "a", 2: "b"}


def records(stream: Readable) -> Iterator[Numbered]:
    return json_array(stream)


def parse(line: int, value: object) -> JudgedRow:
    row = checks.record(value)
    parts = (checks.text(row, "instruction"), checks.text(row, "input", default=""))
    text = "\n\n".join(part for part in parts if part.strip())
    if not text:
        raise RowError("“instruction” and “input” are both empty")
    model_a, model_b = _models(checks.filled(row, "cmp_key"))
    answer_a = Answer(model_a, _response(row, "response1"))
    answer_b = Answer(model_b, _response(row, "response2"))
    if answer_a.identity == answer_b.identity:
        raise RowError("both responses are the same text of the same model")
    return JudgedRow(
        QueryRow(line, text, node=checks.text(row, "motivation_app", default="", max_chars=200)),
        answer_a,
        answer_b,
        tuple(checks.one_of(row, key, CHOICES) for key in ANNOTATORS),
    )


def _models(key: str) -> tuple[str, str]:
    names = key.split("_")
    if len(names) != 2 or not all(name.strip() for name in names):
        raise RowError("“cmp_key” must name two models, as in llama-7b_opt-7b")
    first, second = (checks.storable(name, "cmp_key", max_chars=200) for name in names)
    return first, second


def _response(row: checks.Record, key: str) -> str:
    """Return the response's text. Six published responses that read True became a bare `true`."""
    if isinstance(row.get(key), bool):
        return str(row[key])
    return checks.text(row, key)
