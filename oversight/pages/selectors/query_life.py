"""What became of a query: how it was answered, what critics said of that, and where people judge it."""

from dataclasses import dataclass

from oversight.asking.selectors.crossing import questions_about
from oversight.models import Critique, CrossQuestion, Query, Response, ReviewItem
from oversight.pages.selectors.life import MOST_SHOWN, critiques_of


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


def query_life(query: Query) -> QueryLife:
    rows = query.responses.select_related("version", "author").order_by("pk")[: MOST_SHOWN + 1]
    responses = list(rows)
    keys = [each.pk for each in responses]
    critiques, asked_again = critiques_of(keys), questions_about(keys)
    return QueryLife(
        query=query,
        answered=[
            Answered(each, critiques[each.pk], asked_again[each.pk])
            for each in responses[:MOST_SHOWN]
        ],
        more_answers=len(responses) > MOST_SHOWN,
        items=list(query.items.select_related("round").order_by("pk")[:MOST_SHOWN]),
    )
