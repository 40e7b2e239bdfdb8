"""What became of a query: how it was answered, what critics said of that, and where people judge it."""

from collections.abc import Collection
from dataclasses import dataclass

from oversight.asking.selectors.crossing import questions_about
from oversight.models import Critique, CrossQuestion, Purpose, Query, Response, ReviewItem
from oversight.pages.selectors.critiques import MOST_SHOWN, critiques_of


@dataclass(frozen=True)
class Answered:
    response: Response
    critiques: list[Critique]
    asked_again: list[CrossQuestion]


@dataclass(frozen=True)
class QueryLife:
    """At most MOST_SHOWN answers and items, the first ones; `more_answers`: there are others."""

    query: Query
    answered: list[Answered]
    more_answers: bool
    items: list[ReviewItem]


def query_life(query: Query, *, blind_to: Collection[int] = ()) -> QueryLife:
    """Read it; of the responses in `blind_to` without what people wrote of them."""
    theirs = query.responses.exclude(purpose=Purpose.REWRITE, revises__in=blind_to)
    rows = theirs.select_related("version", "author").order_by("pk")[: MOST_SHOWN + 1]
    responses = list(rows)
    keys = [each.pk for each in responses]
    critiques = critiques_of(keys, blind_to=blind_to)
    asked_again = questions_about(keys)
    return QueryLife(
        query=query,
        answered=[
            Answered(each, critiques[each.pk], asked_again[each.pk])
            for each in responses[:MOST_SHOWN]
        ],
        more_answers=len(responses) > MOST_SHOWN,
        items=list(query.items.select_related("round").order_by("pk")[:MOST_SHOWN]),
    )
