"""Argilla's own export (records as JSON, or flattened as its datasets are): fields and responses.

The prompt and the answers are found among the fields by their usual names. Of the responses that were
submitted are kept: a label or a ranking (which is best), a rating (1 to 7), text as the reason.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from oversight.data.importers import checks, said, talk
from oversight.data.importers.rows import Answer, Label, LabelledRow, RowError

PROMPTS = ("prompt", "instruction", "question", "input", "text")
ANSWERS = (
    *(("response-1", "response-2", "response-3", "response-4"),),
    *(("response1", "response2", "response3", "response4"),),
    *(("response_1", "response_2", "response_3", "response_4"),),
    *(("response_a", "response_b", "response_c", "response_d"),),
    *(("chosen", "rejected"), ("response",), ("completion",), ("output",)),
)
DONE = (None, "submitted")
# What was answered to a question, by whom.
Given = tuple[str, str, Any]


def parse(line: int, value: object) -> LabelledRow:
    row = checks.record(value)
    fields = checks.record(row.get("fields") or row)
    prompt = next((key for key in PROMPTS if fields.get(key)), None)
    keys = next((keys for keys in ANSWERS if fields.get(keys[0])), None)
    given = list(_responses(row))
    if prompt is None or keys is None or not _is_argilla(row):
        raise RowError("this is no record of Argilla's with a prompt and a response")
    there = [key for key in keys if fields.get(key)]
    answers = tuple(
        talk.answer_of("imported", talk.turns_in(fields, key, "assistant")) for key in there
    )
    talk.different(answers)
    query = talk.query_of(line, talk.turns_in(fields, prompt, "user"))
    labels = tuple(_labels(given, answers, there))
    return LabelledRow(query, answers, labels, is_asked=not labels and len(answers) > 1)


def _is_argilla(row: checks.Record) -> bool:
    return "fields" in row or any(key.endswith(".responses") for key in row)


def _responses(row: checks.Record) -> Iterator[Given]:
    """Yield (question, annotator, value) of what was submitted, in either shape."""
    nested = row.get("responses")
    if isinstance(nested, dict):
        for question in nested:
            for answer in checks.listed(nested, question):
                one = checks.record(answer)
                if one.get("status") in DONE:
                    yield question, _who(one.get("user_id")), one.get("value")
    for key in row:
        if key.endswith(".responses") and row[key] is not None:
            yield from _flat(row, key)


def _flat(row: checks.Record, key: str) -> Iterator[Given]:
    values = checks.listed(row, key)
    users, states = (
        checks.listed(row, f"{key}.{what}") if row.get(f"{key}.{what}") else [None] * len(values)
        for what in ("users", "status")
    )
    if not len(values) == len(users) == len(states):
        raise RowError(f"“{key}” and its users differ in number")
    for value, user, state in zip(values, users, states, strict=True):
        if state in DONE:
            yield key.removesuffix(".responses"), _who(user), value


def _who(user: object) -> str:
    return said.judge_of({"user_id": user}, "user_id") or "annotator"


def _labels(given: list[Given], answers: tuple[Answer, ...], keys: list[str]) -> Iterator[Label]:
    by_person: dict[str, list[Any]] = defaultdict(list)
    for _, who, value in given:
        by_person[who].append(value)
    for who, values in by_person.items():
        ranks: tuple[int, ...] = ()
        ratings: tuple[int | None, ...] = ()
        words = []
        for value in values:
            if isinstance(value, list):
                ranks = _ranked(value, keys)
            elif type(value) is int and len(answers) == 1:
                ratings = (checks.whole({"rating": value}, "rating", low=1, high=7),)
            elif isinstance(value, int | str) and (place := _place(value, keys)) is not None:
                ranks = place
            elif isinstance(value, str):
                words.append(checks.text({"text": value}, "text"))
        if ranks or ratings:
            yield Label("person", who, ranks, ratings, rationale="\n".join(words))


def _place(value: int | str, keys: list[str]) -> tuple[int, ...] | None:
    """Return the places where the value names the best response, None where it is other text."""
    if len(keys) < 2:
        return None
    if value in keys:
        return tuple(1 if key == value else 2 for key in keys)
    choice = said.CHOICES.get(value)
    return said.ranks_of(choice, len(keys)) if choice else None


def _ranked(value: list[Any], keys: list[str]) -> tuple[int, ...]:
    """A ranking is a list of {value: the response's name, rank}."""
    places = {}
    for each in value:
        one = checks.record(each)
        places[str(one.get("value"))] = checks.whole(one, "rank", low=1, high=99)
    ranks = [places.get(key) for key in keys]
    if len(places) != len(keys) or None in ranks:
        raise RowError("a ranking does not give a place to each response")
    return tuple(rank for rank in ranks if rank is not None)
