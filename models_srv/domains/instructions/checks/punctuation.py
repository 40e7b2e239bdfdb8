"""Which marks there are, and how many of a letter."""


def has_no_comma(answer: str) -> bool:
    return "," not in answer


def letters(answer: str, letter: str) -> int:
    """Return how often a letter or mark is there, small or capital."""
    return answer.lower().count(letter.lower())
