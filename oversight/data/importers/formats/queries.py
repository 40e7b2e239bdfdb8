"""Queries of one's own: `text`, and optionally `node` and `reference`, as JSON lines or CSV."""

from oversight.data.importers import checks, said, talk
from oversight.data.importers.rows import QueryRow

MAX_NODE_CHARS = 200


def parse_any(line: int, value: object) -> QueryRow:
    """Take a query as plain text or as a conversation: `text`, `prompt` or `messages`."""
    row = checks.record(value)
    checks.only_queries(row)
    key = next((key for key in ("messages", "prompt") if row.get(key)), "text")
    return talk.query_of(
        line,
        talk.turns_in(row, key, "user"),
        said.node_of(row),
        checks.text(row, "reference", default=""),
    )


def parse(line: int, value: object) -> QueryRow:
    row = checks.record(value)
    checks.only_queries(row)
    return QueryRow(
        line,
        checks.filled(row, "text"),
        node=checks.text(row, "node", default="", max_chars=MAX_NODE_CHARS),
        reference=checks.text(row, "reference", default=""),
    )
