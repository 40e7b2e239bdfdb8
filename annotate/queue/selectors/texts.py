"""What an item asks about, as it is shown."""

from oversight.models import Query, Response, ReviewItem
from oversight.statements import Record, Statement

TEXT = Record(Response, only=("text", "messages"))
TEXTS = Statement(
    """
    SELECT {query}, {a}, {b}, {c}, {d}
    FROM oversight_reviewitem item
    JOIN oversight_query query ON query.id = item.query_id
    JOIN oversight_response a ON a.id = item.response_a_id
    LEFT JOIN oversight_response b ON b.id = item.response_b_id
    LEFT JOIN oversight_response c ON c.id = item.response_c_id
    LEFT JOIN oversight_response d ON d.id = item.response_d_id
    WHERE item.id = %(item)s
    """,
    query=Record(Query, only=("text", "messages", "node")),
    a=TEXT,
    b=TEXT,
    c=TEXT,
    d=TEXT,
)


def with_texts(item: ReviewItem) -> ReviewItem:
    """Return the item with its query and its responses, read at once."""
    if row := TEXTS.first(item=item.pk):
        item.query, item.response_a, item.response_b = row[:3]
        item.response_c, item.response_d = row[3:]
    return item
