"""An answer changed so that it no longer keeps to one instruction. None where that cannot be done."""

import re
from collections.abc import Callable
from random import Random

FILLER = ("quite", "rather", "truly", "indeed", "perhaps", "often", "surely")


def put_in(answer: str, what: str, rng: Random) -> str | None:
    """Put a mark or a word behind one of the words."""
    places = [match.end() for match in re.finditer(r"\w+", answer)]
    if not places:
        return None
    at = rng.choice(places)
    return answer[:at] + what + answer[at:]


def change_word(answer: str, change: Callable[[str], str], rng: Random) -> str | None:
    """Change the letters of one word that the change makes another."""
    places = [match for match in re.finditer(r"[^\W\d_]+", answer) if change(match[0]) != match[0]]
    if not places:
        return None
    place = rng.choice(places)
    return answer[: place.start()] + change(place[0]) + answer[place.end() :]


def drop_line(answer: str, is_one: Callable[[str], bool], rng: Random) -> str | None:
    """Take out one of the lines that are such."""
    lines = answer.split("\n")
    places = [at for at, line in enumerate(lines) if is_one(line)]
    if not places:
        return None
    del lines[rng.choice(places)]
    return "\n".join(lines)


def remove(answer: str, *marks: str) -> str | None:
    """Take out all of these marks."""
    for mark in marks:
        answer = answer.replace(mark, "")
    return answer.strip() or None


def replace_word(answer: str, word: str) -> str:
    """Put another word in the place of each one that has it in it."""
    return re.sub(rf"\w*{re.escape(word)}\w*", "something", answer, flags=re.IGNORECASE)


def lengthen(answer: str, words: int, rng: Random) -> str | None:
    """Repeat fillers behind one word until there are so many words."""
    missing = max(1, words - len(re.findall(r"\w+", answer)))
    return put_in(answer, "".join(f" {rng.choice(FILLER)}" for _ in range(missing)), rng)


def shorten(answer: str, words: int) -> str | None:
    """Keep fewer than so many words, from the beginning."""
    ends = [match.end() for match in re.finditer(r"\w+", answer)]
    return answer[: ends[words - 2]] if 2 <= words <= len(ends) + 1 else None


def add_sentences(answer: str, sentences: int) -> str:
    return f"{answer.rstrip()}{' That is so.' * sentences}"


def cut_end(answer: str, words: str) -> str | None:
    """Take away the words that it ends with."""
    text = answer.strip().strip('"')
    return text[: len(text) - len(words)].rstrip() or None
