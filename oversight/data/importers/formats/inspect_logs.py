"""Logs of `inspect_ai` (`.eval`, `.json`): each sample's input, the answers, how they were scored.

A sample that several epochs asked has several answers. A score of C or 1 marks an answer as correct,
I or 0 as not; other scores mark nothing.
"""

from collections.abc import Iterator
from typing import Any

import ijson
from ijson.common import ObjectBuilder

from oversight.data.importers import checks, said, talk
from oversight.data.importers.reading import Numbered, Source, container_of, zipped_json
from oversight.data.importers.rows import EndsReading, LabelledRow, RowError

MOST_DEPTH = 100
MOST_BYTES = 64 * 2**20
MARKS = {"C": True, "I": False, 1: True, 0: False}  # 1 is True, and 1.0


def records(source: Source) -> Iterator[Numbered]:
    """Yield the samples, numbered from 1: an archive of them, or one JSON object, read piece by piece."""
    number = 0
    container = container_of(source.peek())
    if container == "zip":
        yield from zipped_json(source, "samples/")
        return
    if container != "jsonl":
        yield 1, EndsReading("not a log: a log is one JSON object with “samples”")
        return
    try:
        for sample in _samples(source):
            number += 1
            yield number, sample
    except RowError as error:
        yield number + 1, EndsReading.after(number + 1, error)
    except (ijson.JSONError, ValueError, RecursionError) as error:
        reason = f"not a log that can be read: {str(error)[:100]!a}"
        yield number + 1, EndsReading.after(number + 1, reason)


def _samples(source: Source) -> Iterator[Any]:
    """Yield the elements of the list `samples` at the top. Raises RowError past depth or size."""
    depth, is_samples, begun = 0, False, 0
    builder = ObjectBuilder()
    for event, value in ijson.basic_parse(source, use_float=True):
        if event in ("end_map", "end_array"):
            depth -= 1
        if depth == 1 and event in ("map_key", "end_array"):
            is_samples = event == "map_key" and value == "samples"
        elif is_samples and depth >= 2:
            builder.event(event, value)
            if depth == 2 and not event.startswith("start_"):
                yield builder.value
                builder, begun = ObjectBuilder(), source.given
        if event in ("start_map", "start_array"):
            depth += 1
        if depth > MOST_DEPTH:
            raise RowError("nested too deeply")
        if source.given - begun > MOST_BYTES and is_samples:
            raise RowError(f"longer than {MOST_BYTES // 2**20} MiB")


def parse(line: int, value: object) -> LabelledRow:
    row = checks.record(value)
    output = checks.record(checks.required(row, "output"))
    choices = checks.listed(output, "choices")
    if not choices:
        raise RowError("“output” has no choices: the model did not answer")
    message = checks.record(checks.required(checks.record(choices[0]), "message"))
    turns = talk.turns_in({"output": [_plain(message)]}, "output", "assistant")
    answer = talk.answer_of(said.name_of(output, "model"), turns, is_correct=_mark(row))
    query = talk.query_of(line, _asked(row), reference=_target(row))
    return LabelledRow(query, (answer,))


def _asked(row: checks.Record) -> list[Any]:
    given = checks.required(row, "input")
    if isinstance(given, list):
        given = [_plain(message) for message in given]
    return talk.turns_in({"input": given}, "input", "user")


def _plain(message: Any) -> Any:
    """Return the message with its content as text, and its calls with what names them."""
    if not isinstance(message, dict):
        return message
    content = message.get("content")
    if isinstance(content, list):
        parts = [part.get("text") for part in content if isinstance(part, dict)]
        content = "\n".join(part for part in parts if isinstance(part, str))
    plain = {**message, "content": content}
    calls = message.get("tool_calls")
    if isinstance(calls, list):
        plain["tool_calls"] = [_call(call) for call in calls]
    if message.get("function"):
        plain["name"] = message["function"]
    return plain


def _call(call: Any) -> Any:
    """A call names its tool in `function`."""
    if isinstance(call, dict) and isinstance(call.get("function"), str):
        return {"name": call["function"], "arguments": call.get("arguments", "")}
    return call


def _target(row: checks.Record) -> str:
    target = row.get("target")
    texts = target if isinstance(target, list) else [target]
    return "\n".join(checks.text({"target": text}, "target") for text in texts if text)


def _mark(row: checks.Record) -> bool | None:
    given = row.get("scores")
    scores = given.values() if isinstance(given, dict) else ()
    values = [score.get("value") for score in scores if isinstance(score, dict)]
    first = values[0] if values else None
    return MARKS.get(first) if isinstance(first, str | int | float) else None
