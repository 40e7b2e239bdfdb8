"""What is laid out in a certain way: lists, sections, titles, places in brackets, JSON."""

import json
import re

BULLET = re.compile(r"\*(?!\*)|-")
HIGHLIGHT = re.compile(r"\*[^\n*]*\*")
DOUBLE_HIGHLIGHT = re.compile(r"\*\*[^\n*]*\*\*")
PLACEHOLDER = re.compile(r"\[[^\[\]\n]*\]")
FENCES = ("```json", "```Json", "```JSON", "```")


def bullets(answer: str) -> int:
    """Return how many lines begin with `*` or `-`."""
    return sum(is_bullet(line) for line in answer.split("\n"))


def is_bullet(line: str) -> bool:
    return BULLET.match(line.lstrip()) is not None


def highlights(answer: str) -> int:
    """Return how many places stand between asterisks, one or two."""
    found = [*HIGHLIGHT.findall(answer), *DOUBLE_HIGHLIGHT.findall(answer)]
    return sum(bool(each.strip("*").strip()) for each in found)


def has_title(answer: str) -> bool:
    """Whether a line has something between << and >>."""
    return any(
        line[start:end].strip("<>").strip()
        for line in answer.split("\n")
        if (start := line.find("<<")) >= 0 and (end := line.rfind(">>")) > start
    )


def placeholders(answer: str) -> int:
    return len(PLACEHOLDER.findall(answer))


def sections(answer: str, name: str) -> int:
    """Return how many parts are headed by the name and a number."""
    return len(re.split(rf"\s?{re.escape(name)}\s?\d+\s?", answer)) - 1


def is_json(answer: str) -> bool:
    """Whether it is one JSON value; the fence of a block of code may stand around it."""
    text = answer.strip()
    for fence in FENCES:
        text = text.removeprefix(fence)
    try:
        json.loads(text.removesuffix("```").strip())
    except (ValueError, RecursionError):
        return False
    return True


def is_two_answers(answer: str) -> bool:
    """Whether six asterisks stand between two different texts."""
    parts = answer.split("******")
    if any(not part.strip() for part in parts[1:-1]):
        return False
    texts = [part.strip() for part in parts if part.strip()]
    return len(texts) == 2 and texts[0] != texts[1]
