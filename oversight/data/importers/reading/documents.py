"""JSON lines."""

import json
from collections.abc import Iterator
from typing import Any

from oversight.data.importers.rows import EndsReading, RowError

from .lines import Numbered, Readable, first_repeated, text_lines


def json_lines(stream: Readable) -> Iterator[Numbered]:
    """Yield each line that is not blank as (line number, value or RowError)."""
    is_first = True
    for line, text in text_lines(stream):
        if isinstance(text, RowError):
            yield line, text
        elif text.strip():
            value = _parsed(text)
            if is_first and (problem := _one_document(text, value)):
                yield line, problem
                return
            yield line, value
        else:
            continue
        is_first = False


def _parsed(text: str) -> Any | RowError:
    try:
        return DECODER.decode(text)
    except (ValueError, RecursionError) as error:
        return why_not_json(error)


def why_not_json(error: Exception) -> RowError:
    if isinstance(error, RowError):
        return error
    if isinstance(error, RecursionError):
        return RowError("not JSON that can be read: nested too deeply")
    if isinstance(error, json.JSONDecodeError):
        return RowError(f"not JSON: {error.msg} (column {error.colno})")
    return RowError("not JSON that can be read: a number has too many digits")


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = first_repeated([name for name, _ in pairs])
        raise RowError(f"{twice[:60]!a} stands twice in one object")
    return found


DECODER = json.JSONDecoder(object_pairs_hook=_without_repeats)


def _one_document(text: str, value: Any | RowError) -> EndsReading | None:
    """Say so where the first line shows that the file is one JSON document, not one a line."""
    begin = text.lstrip()[0]
    is_broken = isinstance(value, RowError) and "nested" not in str(value)
    needed = "this format has one JSON object a line"
    if begin == "[" and isinstance(value, list):
        return EndsReading(f"a JSON object is needed, not a list: {needed}")
    if begin == "[" and is_broken:
        return EndsReading(f"not JSON lines but one JSON array: {needed}")
    if is_broken and (text.strip() == "{" or text.rstrip().endswith((",", "{", "["))):
        return EndsReading(f"not JSON lines but one JSON object over several lines: {needed}")
    return None
