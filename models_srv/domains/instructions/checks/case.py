"""Small letters and capitals. Which language it is in is not looked at."""

import re

WORD = re.compile(r"\w(?:[\w.'’-]*\w)?")


def is_lower(answer: str) -> bool:
    return answer.islower()


def is_upper(answer: str) -> bool:
    return answer.isupper()


def capital_words(answer: str) -> int:
    """Return how many words are in capitals throughout; one with hyphens is one word."""
    return sum(word.isupper() for word in WORD.findall(answer))
