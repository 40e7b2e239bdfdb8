"""Lists of items for a page: so many after a place in an order, and how many there are, up to a bound.

No list is counted whole and none is read from its beginning to reach a later page.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db import OperationalError, connection, transaction
from django.db.models import F, Func, Model, QuerySet, TextField, Value
from django.db.models.functions import Left

from oversight.models import (
    KNOWN_KINDS,
    Campaign,
    ItemFacts,
    ItemTag,
    Judgement,
    ReviewItem,
    Source,
)
from oversight.statements import Statement

PER_PAGE = 50
MOST_COUNTED = 10_000
TEXT_SHOWN = 300
PATIENCE = "4s"  # what takes longer is given up, rather than keep everybody waiting
M = TypeVar("M", bound=Model)

# Skips from one tag to the next: there may be a million of each.
TAGS = Statement(
    """
    WITH RECURSIVE found AS (
        (SELECT tag FROM oversight_itemtag WHERE campaign_id = %(campaign)s ORDER BY tag LIMIT 1)
        UNION ALL
        SELECT (SELECT tag FROM oversight_itemtag
            WHERE campaign_id = %(campaign)s AND tag > found.tag ORDER BY tag LIMIT 1)
        FROM found WHERE found.tag IS NOT NULL
    )
    SELECT tag FROM found WHERE tag IS NOT NULL LIMIT 200
    """
)


class TooSlow(Exception):
    """The list cannot be had in a bearable time: it is to be narrowed otherwise."""


@dataclass(frozen=True)
class Place:
    """Where a page begins: after the row with this value in the order's column, and this id."""

    value: Any
    pk: int


@dataclass
class ItemRow:
    """An item in a list. `people` and `critic` are letters as in the record; "": none."""

    item: ReviewItem
    facts: ItemFacts
    text: str
    harm: str = ""
    people: list[str] = field(default_factory=list)
    critic: str = ""
    tags: list[str] = field(default_factory=list)

    @property
    def why(self) -> str:
        """Why it was asked, in a word or two: routing's first reason, else what the kind says."""
        if self.item.decision and self.item.decision.reasons:
            return str(self.item.decision.reasons[0])
        if self.item.kind in KNOWN_KINDS:
            return "the right answer is known"
        if self.item.adjudicates_id:
            return "people were level"
        return "" if self.item.round_id else "imported"


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


def tags_of(campaign: Campaign) -> list[str]:
    return [tag for (tag,) in TAGS.all(campaign=campaign.pk)]


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
        rows = rows.alias(place=here).filter(**{f"place__{'lt' if is_falling else 'gt'}": there})
    return rows.order_by(*(f"-{c}" if is_falling else c for c in columns))[: PER_PAGE + 1]


def item_rows(facts: QuerySet[ItemFacts], campaign: Campaign) -> list[ItemRow]:
    """Return what the list shows of each: four queries, however many rows."""
    related = ("item__query", "item__round", "item__decision")
    found = (
        facts.select_related(*related)
        .defer("item__query__text", "item__query__messages", "item__query__reference")
        .defer("item__query__raw_text", "item__round__plan", "item__problem")
        .annotate(shown_text=Left("item__query__text", TEXT_SHOWN))
    )
    rows = [ItemRow(row.item, row, row.shown_text) for row in found]
    for row in rows:
        row.harm = campaign.harm_words(row.item.query.node)
    _add_answers(rows)
    _add_critic(rows)
    tags: dict[int, list[str]] = defaultdict(list)
    for item_id, tag in ItemTag.objects.filter(item__in=[row.item.pk for row in rows]).values_list(
        "item_id", "tag"
    ):
        tags[item_id].append(tag)
    for row in rows:
        row.tags = sorted(tags[row.item.pk])
    return rows


def _add_answers(rows: list[ItemRow]) -> None:
    said = Judgement.objects.filter(
        item__in=[row.item.pk for row in rows],
        source__in=[Source.PERSON, Source.SIMULATED],
        superseded_by__isnull=True,
        is_retraction=False,
    )
    by_item = {row.item.pk: row for row in rows}
    for judgement in said.only("item_id", "choice", "overall").order_by("pk"):
        words = judgement.get_choice_display() or "rated"
        by_item[judgement.item_id or 0].people.append(words)


def _add_critic(rows: list[ItemRow]) -> None:
    """The critic may have seen the two the other way round."""
    queries = [row.item.query_id for row in rows]
    said = Judgement.objects.filter(
        query__in=queries, source=Source.CRITIC, p_a_better__isnull=False
    ).order_by("pk")
    better = {
        frozenset((each.response_a_id, each.response_b_id)): (
            each.response_a_id if (each.p_a_better or 0) >= 0.5 else each.response_b_id
        )
        for each in said
    }
    for row in rows:
        chosen = better.get(frozenset((row.item.response_a_id, row.item.response_b_id)))
        if chosen:
            row.critic = "A" if chosen == row.item.response_a_id else "B"
