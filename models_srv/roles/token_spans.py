"""Finding the tokens behind parts of a critique, by the joined text of its tokens."""

import re
from collections.abc import Sequence

from models_srv.roles.critique_format import label
from models_srv.types import TokenLogprob

_IN_JSON = r'\A\s*(?:```\w*\s*)?\{\s*"verdict"\s*:'
_VERDICT = re.compile(rf"{label('verdict')}|{_IN_JSON}", re.IGNORECASE | re.MULTILINE)
_QUOTE = re.compile(label("quote") + r"(?P<value>[^\n]*)", re.IGNORECASE | re.MULTILINE)


def after_verdict(tokens: Sequence[TokenLogprob]) -> TokenLogprob | None:
    """Return the first token with a letter after the first "verdict:", None where there is none.

    None too where one token holds the colon and the word: its alternatives say nothing of it.
    """
    found = _VERDICT.search("".join(token.text for token in tokens))
    if not found:
        return None
    colon = found[0].index(":") + found.start()
    start = 0
    for token in tokens:
        if start > colon and re.search(r"\w", token.text):
            return token
        if start <= colon < start + len(token.text):
            after_colon = token.text[colon - start + 1 :]
            if re.search(r"\w", after_colon):
                return None
        start += len(token.text)
    return None


def quote_lines(tokens: Sequence[TokenLogprob]) -> list[list[TokenLogprob]]:
    """Return, for each quote line in order, the tokens that its value is made of."""
    text = "".join(token.text for token in tokens)
    return [_overlapping(tokens, *found.span("value")) for found in _QUOTE.finditer(text)]


def _overlapping(tokens: Sequence[TokenLogprob], start: int, end: int) -> list[TokenLogprob]:
    inside: list[TokenLogprob] = []
    at = 0
    for token in tokens:
        if at < end and start < at + len(token.text):
            inside.append(token)
        at += len(token.text)
    return inside
