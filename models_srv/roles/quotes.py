"""Finding a critic's quote in the response that it is said to come from."""

import unicodedata
from itertools import pairwise

from models_srv.types import QuoteMatch

Match = tuple[QuoteMatch, int | None, int | None]

# A letter and at most 30 marks: Unicode's own bound for stream-safe text (UAX 15).
LONGEST_UNIT = 31

_SAME = {
    **dict.fromkeys("‘’‚‛′`´‹›", "'"),
    **dict.fromkeys("“”„‟″«»", '"'),
    **dict.fromkeys("‐‑‒–—―−", "-"),
}


def match_quote(response: str, quote: str) -> Match:
    """Return how `quote` matches and its offsets, so that response[start:end] is what it means.

    `exact`: it occurs once, letter for letter. `ambiguous`: it occurs more than once; the offsets
    are the first's. `normalised`: it occurs when case, spacing, quotation marks, dashes and Unicode
    forms (NFKC) are ignored; offsets are into the original. `none`: it does not occur (None, None).
    """
    if not quote.strip():
        return "none", None, None
    start = response.find(quote)
    if start >= 0:
        again = response.find(quote, start + 1) >= 0
        return ("ambiguous" if again else "exact"), start, start + len(quote)
    return _match_normalised(response, quote)


def _match_normalised(response: str, quote: str) -> Match:
    wanted, _ = _normalise(quote)
    text, offsets = _normalise(response)
    at = text.find(wanted) if wanted else -1
    if at < 0:
        return "none", None, None
    last = at + len(wanted) - 1
    start, end = offsets[at][0], offsets[last][1]
    again = text.find(wanted, at + 1) >= 0
    return ("ambiguous" if again else "normalised"), start, end


def _normalise(text: str) -> tuple[str, list[tuple[int, int]]]:
    """Return the text in a common form and, for each of its characters, the original span.

    A letter and the combining marks after it are one unit, as NFKC may compose them. Runs of
    whitespace become one space, none at the ends.
    """
    characters: list[str] = []
    spans: list[tuple[int, int]] = []
    for start, end in _units(text):
        folded = unicodedata.normalize("NFKC", text[start:end]).casefold()
        for character in folded:
            if character.isspace():
                if not characters or characters[-1] == " ":
                    continue
                character = " "
            characters.append(_SAME.get(character, character))
            spans.append((start, end))
    if characters and characters[-1] == " ":
        characters.pop()
        spans.pop()
    return "".join(characters), spans


def _units(text: str) -> list[tuple[int, int]]:
    """Return the spans of the letters with their marks; bounded, since NFKC sorts a run of marks
    in quadratic time and the text is hostile.
    """
    starts: list[int] = []
    for at, character in enumerate(text):
        is_mark = unicodedata.combining(character) and starts and at - starts[-1] < LONGEST_UNIT
        if not is_mark:
            starts.append(at)
    return list(pairwise([*starts, len(text)]))
