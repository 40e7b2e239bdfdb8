"""Pairs of one's own whose right answer is known, as JSON lines.

`expected` says which response is right (a, b, tie or both_bad); `problem` what is wrong with the other.
"""

from models_srv.texts import as_seen
from oversight.data.importers import checks
from oversight.data.importers.rows import KnownRow, QueryRow, RowError

from .queries import MAX_NODE_CHARS

EXPECTED = {name: name for name in ("a", "b", "tie", "both_bad")}
KINDS = {name: name for name in ("gold", "tampered")}


def parse(line: int, value: object) -> KnownRow:
    row = checks.record(value)
    query = QueryRow(
        line,
        checks.filled(row, "query"),
        node=checks.text(row, "node", default="", max_chars=MAX_NODE_CHARS),
    )
    a, b = checks.filled(row, "a"), checks.filled(row, "b")
    if as_seen(a) == as_seen(b):
        raise RowError("“a” and “b” are the same response to a reader")
    return KnownRow(
        query,
        a,
        b,
        expected=checks.one_of(row, "expected", EXPECTED),
        kind=checks.one_of(row, "kind", KINDS) if "kind" in row else "gold",
        problem=checks.text(row, "problem", default=""),
    )
