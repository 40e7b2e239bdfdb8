"""A conversation as its template's text, with the places where the contents stand in it. Pure."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from models_srv.chat.turns import Turn

Span = tuple[int, int]


@dataclass(frozen=True)
class Rendered:
    """`contents` are the places of the turns' contents in `text`; None where the template rewrites
    them, so that they cannot be told. `neutral` is the same conversation with other contents."""

    text: str
    contents: tuple[Span, ...] | None
    neutral: str

    def after(self, start: int) -> "Rendered":
        """Return what follows `start`."""
        spans = self.contents
        if spans is not None:
            spans = tuple((max(a - start, 0), b - start) for a, b in spans if b > start)
        return Rendered(self.text[start:], spans, self.neutral)


def render(turns: Sequence[Turn], apply: Callable[[list[Turn]], str]) -> Rendered:
    """Render the turns with `apply`, twice: as they are, and with stand-ins for their contents.

    White space around a content stays as it is, so that a template may strip it.
    """
    cores = [turn["content"].strip() for turn in turns]
    stand_ins = _stand_ins(cores)
    replaced = [
        {**turn, "content": turn["content"].replace(core, name, 1) if core else turn["content"]}
        for turn, core, name in zip(turns, cores, stand_ins, strict=True)
    ]
    text, neutral = apply(list(turns)), apply(replaced)
    return Rendered(text, _places(text, neutral, dict(zip(stand_ins, cores, strict=True))), neutral)


def _stand_ins(cores: Sequence[str]) -> list[str]:
    """Return a word for each content that none of them holds."""
    word = "content"
    while any(word in core for core in cores):
        word += "x"
    return [f"{word}{number}y" for number in range(len(cores))]


def _places(text: str, neutral: str, cores: dict[str, str]) -> tuple[Span, ...] | None:
    """Return where the contents stand, None where putting them back does not give the text."""
    pattern = "|".join(map(re.escape, cores)) or r"(?!)"
    parts: list[str] = []
    spans: list[Span] = []
    at = length = 0
    for found in re.finditer(pattern, neutral):
        parts += [neutral[at : found.start()], cores[found[0]]]
        length += len(parts[-2])
        spans.append((length, length + len(parts[-1])))
        length += len(parts[-1])
        at = found.end()
    return tuple(spans) if "".join([*parts, neutral[at:]]) == text else None
