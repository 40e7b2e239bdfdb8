"""Colours of code, with an end to what they may cost. Done once and kept for a while."""

import hashlib
import json
import logging
from collections.abc import Sequence
from functools import cache

from django.core.cache import cache as kept
from pygments.lexers import get_all_lexers
from redis.exceptions import RedisError

from annotate.text.colouring_process import BUSY, SLOW, colouring_process

Colours = Sequence[tuple[int, str]]  # (number of characters, class of CSS or empty), in order
KEPT_SECONDS = 3_600
log = logging.getLogger(__name__)


def colours_of(blocks: Sequence[tuple[str, str]]) -> list[Colours | None]:
    """Return the colours of each (language, code), empty for a language that is not known.

    None where they would cost more than is spent on one text.
    """
    wanted = [(name, code) for info, code in blocks if (name := language(info)) and code.strip()]
    if not wanted:
        return [[] for _ in blocks]
    found = iter(_found(wanted))
    return [next(found) if language(info) and code.strip() else [] for info, code in blocks]


def language(info: str) -> str:
    """Return the lexer's name for what stands after a fence, empty where none has that name."""
    name = info.split()[0].lower() if info.split() else ""
    return name if name in _names() else ""


@cache
def _names() -> frozenset[str]:
    return frozenset(
        alias for _, aliases, _, _ in get_all_lexers(plugins=False) for alias in aliases
    )


def _found(wanted: Sequence[tuple[str, str]]) -> Sequence[Colours | None]:
    job = json.dumps(wanted).encode()
    key = "colours:" + hashlib.sha256(job).hexdigest()
    reply = _kept(key)
    if reply is None:
        reply = colouring_process.reply(job)
        if reply != BUSY:
            _keep(key, reply)
    if reply in (BUSY, SLOW):
        return [None] * len(wanted)
    colours: Sequence[Colours | None] = json.loads(reply)
    return colours


def _kept(key: str) -> bytes | None:
    try:
        reply: bytes | None = kept.get(key)
    except RedisError:
        log.warning("Colours of code are not kept: Redis does not answer.")
        return None
    return reply


def _keep(key: str, reply: bytes) -> None:
    try:
        kept.set(key, reply, KEPT_SECONDS)
    except RedisError:
        log.warning("Colours of code are not kept: Redis does not answer.")
