"""Words to use and to avoid. Small letters and capitals count alike."""

import re
from collections.abc import Iterable


def has_all(answer: str, wanted: Iterable[str]) -> bool:
    """Within other words too: “cat” is in “cats”."""
    return all(occurrences(answer, word) for word in wanted)


def has_none(answer: str, unwanted: Iterable[str]) -> bool:
    """As words of their own: “cat” is not in “cats”."""
    found = (rf"\b{re.escape(word)}\b" for word in unwanted)
    return not any(re.search(each, answer, re.IGNORECASE) for each in found)


def occurrences(answer: str, word: str) -> int:
    return len(re.findall(re.escape(word), answer, re.IGNORECASE))
