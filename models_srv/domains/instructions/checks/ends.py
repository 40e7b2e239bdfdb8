"""How it begins and how it ends."""

import re
from collections.abc import Iterable

# Both may be written with a space between the letters.
POSTSCRIPTS = {"P.P.S": r"p\.\s?p\.\s?s", "P.S.": r"p\.\s?s\."}


def begins_with(answer: str, words: str) -> bool:
    return answer.strip().lower().startswith(words.strip().lower())


def ends_with(answer: str, words: str) -> bool:
    """Quotes around the whole count for nothing."""
    return answer.strip().strip('"').lower().endswith(words.strip().lower())


def is_quoted(answer: str) -> bool:
    text = answer.strip()
    return len(text) > 1 and text[0] == text[-1] == '"'


def has_postscript(answer: str, marker: str) -> bool:
    pattern = POSTSCRIPTS.get(marker) or re.escape(marker.lower())
    return re.search(pattern, answer.lower()) is not None


def has_one_of(answer: str, options: Iterable[str]) -> bool:
    return any(option in answer for option in options)
