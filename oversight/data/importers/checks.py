"""Checks of one field of a row. Each returns the value or raises RowError with the field's name."""

import json
import re
from collections.abc import Mapping
from typing import Any

from models_srv.texts import with_lf

from .reading.tables import Cells
from .rows import RowError

Record = Mapping[str, Any]
ANSWER = re.compile(
    r"(model[_ ]?)?(answer|response|completion|solution|output|generation)s?"
    r"[_ ]?([a-d]|\d{1,2}|one|two|three|four)?"
    r"|chosen|rejected",
    re.IGNORECASE,
)
SHOWN_KEYS = 6
SURROGATE = re.compile("[\ud800-\udfff]")


def record(value: object) -> Record:
    if not isinstance(value, dict):
        raise RowError(f"a JSON object is needed, not {kind_of(value)}")
    return value


def required(row: Record, key: str) -> Any:
    if key not in row:
        raise RowError(f"“{key}” is missing{_what_there_is(row)}")
    return row[key]


def only_queries(row: Record) -> None:
    """Refuse a row that brings answers: they would be lost without a word."""
    if key := answer_key(row):
        raise RowError(
            f"“{key}” is an answer, and this format keeps queries alone: take it out, name the right "
            "answer “reference”, or use a format that takes answers"
        )


def answer_key(row: Record) -> str:
    """Return the name of a column that holds somebody's answer, if there is one that is filled."""
    return next((key for key, value in row.items() if value and ANSWER.fullmatch(key)), "")


def _what_there_is(row: Record) -> str:
    names = [f"“{_shown(key)}”" for key in list(row)[:SHOWN_KEYS]]
    return f" (there is {', '.join(names)}{' …' if len(row) > SHOWN_KEYS else ''})" if names else ""


def _shown(key: str) -> str:
    return key[:40].encode("utf-8", "replace").decode()


def text(row: Record, key: str, *, default: str | None = None, max_chars: int = 0) -> str:
    """Return a string that PostgreSQL can hold, with LF; `default` where the key is missing or null."""
    if default is not None and row.get(key) is None:
        return default
    value = required(row, key)
    if not isinstance(value, str):
        raise RowError(f"“{key}” must be a string, not {kind_of(value)}")
    return storable(value, key, max_chars=max_chars)


def filled(row: Record, key: str, *, max_chars: int = 0) -> str:
    """Return a string that holds more than white space."""
    value = text(row, key, max_chars=max_chars)
    if not value.strip():
        raise RowError(f"“{key}” is empty")
    return value


def storable(value: str, key: str, *, max_chars: int = 0) -> str:
    value = with_lf(value)
    if "\x00" in value:
        raise RowError(f"“{key}” holds a NUL character (\\u0000), which PostgreSQL cannot store")
    if SURROGATE.search(value):
        raise RowError(f"“{key}” holds half of a surrogate pair, which is not valid Unicode")
    if max_chars and len(value) > max_chars:
        raise RowError(f"“{key}” has {len(value)} characters; at most {max_chars} are allowed")
    return value


def value_of(row: Record, key: str) -> Any:
    """Return what stands there, None where nothing does; a table's cell is read as JSON if it is."""
    value = row.get(key)
    if not isinstance(row, Cells) or not isinstance(value, str):
        return value
    try:
        return json.loads(value) if value.strip() else None
    except (ValueError, RecursionError):
        return value


def number(row: Record, key: str, *, default: float, low: float, high: float) -> float:
    value = value_of(row, key) if key in row else default
    if value is None and isinstance(row, Cells):
        value = default
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise RowError(f"“{key}” must be a number, not {kind_of(value)}")
    if not low <= value <= high:  # NaN is not, either
        raise RowError(f"“{key}” must be between {low:g} and {high:g}, not {value!r:.40}")
    return float(value)


def one_of(row: Record, key: str, allowed: Mapping[Any, str]) -> str:
    """Return what `allowed` gives for the value; the kind counts, so that true is not 1."""
    required(row, key)
    value = value_of(row, key)
    for known, meaning in allowed.items():
        if type(value) is type(known) and value == known:
            return meaning
    choices = ", ".join(repr(known) for known in allowed)
    raise RowError(f"“{key}” must be one of {choices}, not {value!r:.60}")


def truth(row: Record, key: str) -> bool:
    required(row, key)
    value = value_of(row, key)
    if isinstance(row, Cells) and isinstance(value, str) and value.lower() in ("true", "false"):
        value = value.lower() == "true"
    if not isinstance(value, bool):
        raise RowError(f"“{key}” must be true or false, not {kind_of(value)}")
    return value


def listed(row: Record, key: str) -> list[Any]:
    required(row, key)
    value = value_of(row, key)
    if not isinstance(value, list):
        raise RowError(f"“{key}” must be a list, not {kind_of(value)}")
    return value


def whole(row: Record, key: str, *, low: int, high: int) -> int | None:
    """Return a whole number, None where there is none."""
    value = value_of(row, key)
    if value is None:
        return None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise RowError(f"“{key}” must be a whole number from {low} to {high}, not {value!r:.40}")
    return value


def kind_of(value: object) -> str:
    names = {dict: "an object", list: "a list", str: "a string", bool: "true or false"}
    if isinstance(value, bytes):
        return "bytes"
    if value is None:
        return "null"
    return names.get(type(value), "a number")
