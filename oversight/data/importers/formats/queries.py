"""Queries of one's own: `text`, and optionally `node` and `reference`, as JSON lines or CSV."""

from oversight.data.importers import checks
from oversight.data.importers.rows import QueryRow

MAX_NODE_CHARS = 200


def parse(line: int, value: object) -> QueryRow:
    row = checks.record(value)
    checks.only_queries(row)
    return QueryRow(
        line,
        checks.filled(row, "text"),
        node=checks.text(row, "node", default="", max_chars=MAX_NODE_CHARS),
        reference=checks.text(row, "reference", default=""),
    )
