"""How many words, sentences and paragraphs there are."""

import re

WORD = re.compile(r"\w+")
# What ends with a full stop and ends no sentence.
ABBREVIATION = re.compile(
    r"(?:\b(?:[A-Za-z]|Mr|Mrs|Ms|Dr|Prof|St|Jr|Sr|vs|etc|e\.g|i\.e|Ph\.D|Inc|Ltd|Co|No|a\.m|p\.m))\.$"
)
SENTENCE_END = re.compile(r"(?<![.!?])[.!?]++[\"'”’)\]*]*+(?=\s+[^a-z\s]|\s*$)")
LOOK_BACK = 8  # characters, as long as an abbreviation is
DIVIDER = re.compile(r"\s?\*\*\*\s?")


def words(answer: str) -> int:
    """Return how many runs of letters and figures there are: “isn't” has two."""
    return len(WORD.findall(answer))


def sentences(answer: str) -> int:
    """Return how many sentences there are; a line without a full stop goes on in the next one."""
    text, count, start = answer.strip(), 0, 0
    for end in SENTENCE_END.finditer(text):
        before = text[max(start, end.end() - LOOK_BACK) : end.end()]
        if ABBREVIATION.search(before) and end.end() < len(text):
            continue
        count, start = count + 1, end.end()
    return count + bool(text[start:].strip())


def divided_paragraphs(answer: str) -> int | None:
    """Return how many parts `***` divides it into; None where one in the midst is empty."""
    parts = DIVIDER.split(answer)
    if any(not part.strip() for part in parts[1:-1]):
        return None
    return sum(bool(part.strip()) for part in parts)


def blank_line_paragraphs(answer: str) -> list[str]:
    """Return the parts between empty lines, empty ones too."""
    return answer.split("\n\n")


def first_word(paragraph: str) -> str:
    """Return its first word in small letters, up to the first mark, without the quote before it."""
    word = next(iter(paragraph.split()), "").lstrip("'").lstrip('"')
    return re.split(r"[.,?!'\"]", word)[0].lower()
