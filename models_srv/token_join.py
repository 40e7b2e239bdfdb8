"""Which of a server's tokens an answer is made of: log-probabilities of anything else say nothing.

The tokens span all that was generated, reasoning and marks included; their tail must spell the
answer exactly, byte for byte, from the start of a token on. Pure.
"""

import codecs
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from models_srv.types import TokenLogprob

# A turn's end as servers spell it: <|im_end|>, </s>, <eos>, [EOS].
_MARK = re.compile(rb"\s*(?:<[^<>\s]{1,40}>|\[/?[A-Z_]{1,20}\])?\s*")
_UNKNOWN = "\ufffd".encode()
_MOST_PLACES = 64
_MOST_MARKS = 4


@dataclass(frozen=True)
class ByteToken:
    """A token with its bytes; `token.text` may stand for bytes that are no whole character."""

    token: TokenLogprob
    raw: bytes


def answer_tokens(tokens: Sequence[ByteToken], answer: str) -> tuple[TokenLogprob, ...]:
    """Return the tokens of `answer` and of the turn's end after it; none where they do not join.

    White space around the answer may be missing in it (servers strip it). The texts of the tokens
    spell the answer: a character that is split over several stands in the last of them.
    """
    wanted = answer.strip().encode("utf-8", "surrogatepass")
    if not wanted:
        return ()
    last = len(tokens)
    for _ in range(_MOST_MARKS + 1):
        start = _joins_from(tokens[:last], wanted)
        if start is not None:
            is_first = not b"".join(each.raw for each in tokens[:start]).strip()
            return _spelled(tokens[0 if is_first else start :])
        if not last or not _MARK.fullmatch(tokens[last - 1].raw):
            break
        last -= 1
    return ()


def _joins_from(tokens: Sequence[ByteToken], wanted: bytes) -> int | None:
    """Return the index from which the tokens spell `wanted` to their end, None where they do not.

    Walks from the end. `places` are the offsets into `wanted` that may be reached: one, except
    after pieces of characters that the server could not spell (U+FFFD), of 1 to 4 bytes each.
    """
    places, is_at_end = {len(wanted)}, True
    for index in range(len(tokens) - 1, -1, -1):
        raw = tokens[index].raw
        if is_at_end:
            raw = raw.rstrip()
            is_at_end = not raw
        places = _before(raw, wanted, places)
        if 0 in places:
            return _with_pieces(tokens, index) if _is_piece(raw) else index
        if not places or len(places) > _MOST_PLACES:
            return None
    return None


def _before(raw: bytes, wanted: bytes, places: set[int]) -> set[int]:
    """Return the places before a token that ends at one of `places`."""
    if _is_piece(raw):
        most = 4 * (len(raw) // len(_UNKNOWN))
        return {
            place - size
            for place in places
            for size in range(most + 1)
            if size <= place and all(byte > 127 for byte in wanted[place - size : place])
        }
    if 0 < len(raw.lstrip()) in places and raw.lstrip() == wanted[: len(raw.lstrip())]:
        return {0}
    return {place - len(raw) for place in places if wanted.endswith(raw, 0, place)}


def _is_piece(raw: bytes) -> bool:
    return bool(raw) and not raw.replace(_UNKNOWN, b"")


def _with_pieces(tokens: Sequence[ByteToken], index: int) -> int:
    """Return where the character begins whose last piece is at `index`."""
    while index and _is_piece(tokens[index - 1].raw):
        index -= 1
    return index


def _spelled(tokens: Sequence[ByteToken]) -> tuple[TokenLogprob, ...]:
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    return tuple(replace(each.token, text=decoder.decode(each.raw)) for each in tokens)
