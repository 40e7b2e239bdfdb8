"""A Generation as bytes, to be kept for a while and read again. Pure.

JSON, since no code is run in reading it; with escapes, since a model may write what no database takes
as text (NUL, lone surrogates); packed, since alternatives of every token are most of it.
"""

import json
import zlib
from typing import Any

from models_srv.types import Generation, TokenLogprob

LEVEL = 1


def pack(generation: Generation) -> bytes:
    # No `asdict`: it copies every alternative of every token before they are written.
    text = json.dumps(vars(generation), default=vars, separators=(",", ":"))
    return zlib.compress(text.encode(), LEVEL)


def unpack(packed: bytes) -> Generation:
    """Return what was packed. Raises ValueError, TypeError or zlib.error for anything else."""
    fields: dict[str, Any] = json.loads(zlib.decompress(packed))
    fields["tokens"] = tuple(TokenLogprob(**token) for token in fields["tokens"])
    fields["adjustments"] = tuple(fields["adjustments"])
    return Generation(**fields)
