"""Lists of any length, a page at a time: so many rows after a place in an order, and how many there are,
up to a bound.

No list is counted whole, none is read from its beginning to reach a later page, and none is waited for
without end.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from django.db import OperationalError, connection, transaction
from django.db.models import F, Func, Model, QuerySet, TextField, Value

PER_PAGE = 50
MOST_COUNTED = 1_000
PATIENCE = "4s"  # what takes longer is given up, rather than keep everybody waiting
TOO_SLOW = "This takes too long with so many. Add a filter, or choose another order, and try again."
M = TypeVar("M", bound=Model)


class TooSlow(Exception):
    """The list cannot be had in a bearable time: it is to be narrowed otherwise."""


@dataclass(frozen=True)
class Place:
    """Where a page begins: after the row with this value in the order's column, and this id."""

    value: Any
    pk: int


@contextmanager
def patient() -> Iterator[None]:
    """Bound what a list may take. Raises TooSlow beyond."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = '{PATIENCE}'")
            yield
            cursor.execute("SET LOCAL statement_timeout = DEFAULT")
    except OperationalError as error:
        if "statement timeout" not in str(error):
            raise
        raise TooSlow from error


@contextmanager
def planned_anew() -> Iterator[None]:
    """Have every query planned for its values. A plan for any value, such as is kept of what a connection
    asks often, uses no index of some rows alone, and reads all where a list has many."""
    connection.ensure_connection()
    session = connection.connection
    usual, session.prepare_threshold = session.prepare_threshold, None
    try:
        yield
    finally:
        session.prepare_threshold = usual


def bounded_count(rows: QuerySet[M]) -> int:
    """Return how many there are, MOST_COUNTED + 1 where there are more than that."""
    return rows.order_by()[: MOST_COUNTED + 1].count()


def rows_after(
    rows: QuerySet[M], columns: Sequence[str], place: Place | None, *, is_falling: bool
) -> QuerySet[M]:
    """Return the rows of the page that begins at `place`, and one more where there is another page.

    `columns` are one or two, the last of them the key. The comparison is of rows, as SQL has it: it
    is looked up in an index of these columns, however many rows are equal in the first.
    """
    if place:
        values = [place.pk] if len(columns) == 1 else [place.value, place.pk]
        here = Func(*map(F, columns), function="ROW", output_field=TextField())
        there = Func(*map(Value, values), function="ROW", output_field=TextField())
        compared = {f"place__{'lt' if is_falling else 'gt'}": there}
        rows = cast("QuerySet[M]", rows.alias(place=here).filter(**compared))
    return rows.order_by(*(f"-{c}" if is_falling else c for c in columns))[: PER_PAGE + 1]
