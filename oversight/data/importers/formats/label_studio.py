"""Label Studio's own export (JSON): tasks with their data and each annotator's results.

The prompt and the answers are found in `data` by the names that its templates use. Kept of a result:
pairwise and choices (which is best), rating (one to five stars, as 1 to 7), ranker, and textarea as
the reason. An annotation that was cancelled says nothing.
"""

from typing import Any

from oversight.data.importers import checks, said, talk
from oversight.data.importers.rows import Answer, Label, LabelledRow, RowError

PROMPTS = ("prompt", "question", "instruction", "query", "text")
ANSWERS = (
    ("answer1", "answer2", "answer3", "answer4"),
    ("response1", "response2", "response3", "response4"),
    ("response_a", "response_b", "response_c", "response_d"),
    ("text1", "text2", "text3", "text4"),
)
LONE = ("answer", "response", "output", "completion")
STARS = 5


def parse(line: int, value: object) -> LabelledRow:
    task = checks.record(value)
    data = checks.record(checks.required(task, "data"))
    prompt = next((key for key in PROMPTS if data.get(key)), None)
    if prompt is None:
        raise RowError(f"“data” has no prompt under any of: {', '.join(PROMPTS)}")
    answers, ids = _answers(data)
    annotations = [checks.record(each) for each in checks.listed(task, "annotations")]
    labels = tuple(
        label
        for each in annotations
        if not each.get("was_cancelled") and (label := _label(each, answers, ids))
    )
    query = talk.query_of(line, talk.turns_in(data, prompt, "user"))
    return LabelledRow(query, answers, labels, is_asked=not labels and len(answers) > 1)


def _answers(data: checks.Record) -> tuple[tuple[Answer, ...], list[str]]:
    """Return the answers and the names by which results mean them."""
    items = data.get("items")
    if isinstance(items, list) and items:
        rows = [checks.record(item) for item in items]
        ids = [str(row.get("id", place)) for place, row in enumerate(rows)]
        found = [
            talk.answer_of("imported", talk.turns_in(row, "body", "assistant")) for row in rows
        ]
    else:
        lone: tuple[str, ...] = tuple(key for key in LONE if data.get(key))[:1]
        keys: tuple[str, ...] = next((keys for keys in ANSWERS if data.get(keys[0])), lone)
        ids = [key for key in keys if data.get(key)]
        found = [talk.answer_of("imported", talk.turns_in(data, key, "assistant")) for key in ids]
    if not 1 <= len(found) <= said.MAX_RESPONSES:
        raise RowError(f"“data” must have 1 to {said.MAX_RESPONSES} answers, not {len(found)}")
    talk.different(found)
    return tuple(found), ids


def _label(annotation: checks.Record, answers: tuple[Answer, ...], ids: list[str]) -> Label | None:
    ranks: tuple[int, ...] = ()
    ratings: tuple[int | None, ...] = ()
    reasons = []
    for each in checks.listed(annotation, "result"):
        result = checks.record(each)
        value = checks.record(result.get("value") or {})
        kind = result.get("type")
        if kind in ("pairwise", "choices"):
            ranks = _chosen(value, len(answers))
        elif kind == "ranker":
            ranks = _ranked(value, ids)
        elif kind == "rating":
            ratings = (_seven(value),)
        elif kind == "textarea":
            reasons.append(_words(value))
    if not ranks and not ratings:
        return None
    if ratings and len(answers) > 1:
        raise RowError("a rating of several answers does not say which of them is meant")
    seconds = annotation.get("lead_time")
    return Label(
        "person",
        _who(annotation),
        ranks,
        ratings,
        rationale="\n".join(filter(None, reasons)),
        seconds=None
        if seconds is None
        else checks.number(annotation, "lead_time", default=0, low=0, high=1e9),
    )


def _chosen(value: checks.Record, count: int) -> tuple[int, ...]:
    choices = value.get("choices")
    given = value.get("selected") or (choices[0] if isinstance(choices, list) and choices else None)
    return said.ranks_of(checks.one_of({"selected": given}, "selected", said.CHOICES), count)


def _ranked(value: checks.Record, ids: list[str]) -> tuple[int, ...]:
    """A ranker gives the ids in order, best first; lists of buckets are taken by their first."""
    order = value.get("ranker")
    if isinstance(order, dict):
        order = order.get("rank") or next(iter(order.values()), None)
    names = [str(each) for each in order] if isinstance(order, list) else []
    if sorted(names) != sorted(ids):
        raise RowError("“ranker” does not name each of the items once")
    return tuple(1 + names.index(each) for each in ids)


def _seven(value: checks.Record) -> int:
    """One to five stars, spread over one to seven."""
    stars = checks.whole(value, "rating", low=1, high=STARS)
    if stars is None:
        raise RowError("“rating” is missing")
    return round(1 + (stars - 1) * 6 / (STARS - 1))


def _words(value: checks.Record) -> str:
    given: Any = value.get("text")
    words = given if isinstance(given, list) else [given]
    return "\n".join(checks.text({"text": each}, "text") for each in words if each)


def _who(annotation: checks.Record) -> str:
    """Return who annotated: an id, or an account's address."""
    who = annotation.get("completed_by")
    if isinstance(who, dict):
        who = who.get("email") or who.get("id")
    return said.judge_of({"completed_by": who}, "completed_by") or "annotator"
