"""What the card of ratings shows: one response, and the critiques of it that are to be rated."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any

from annotate.card.forms import RATING_QUESTIONS
from annotate.card.options import Option, one_to_seven
from annotate.card.parts import CommentView, CritiqueView, ResponseView, Sent, spans_of
from annotate.card.texts import record_view
from annotate.models import Assignment
from annotate.queue.selectors.critiques import comments_by_critique, rated_critiques
from oversight.models import ReviewItem


@dataclass(frozen=True)
class RatedView:
    """A critique to rate, with its questions: (name, question, options)."""

    letter: str
    critique: CritiqueView
    questions: list[tuple[str, str, list[Option]]]


def ratings_parts(assignment: Assignment, item: ReviewItem, sent: Sent) -> Mapping[str, Any]:
    by_letter = dict(zip("abcd", rated_critiques(item), strict=False))
    shown = [by_letter[key] for key in assignment.order_shown if key in by_letter]
    comments = comments_by_critique(shown)
    numbers = count(1)
    views = [
        CritiqueView(row, "", [CommentView(next(numbers), c, []) for c in comments[row.pk]])
        for row in shown
    ]
    every = [comment for view in views for comment in view.comments]
    anchor = f"comment-{assignment.pk}-"
    text = record_view(item.response_a, spans_of(every), anchor)
    response = ResponseView("A", item.response_a, text, [])
    return {
        "responses": [response],
        "rated": [
            RatedView(letter, view, _questions(item, letter, sent))
            for letter, view in zip("ABCD", views, strict=False)
        ],
    }


def _questions(item: ReviewItem, letter: str, sent: Sent) -> list[tuple[str, str, list[Option]]]:
    questions = RATING_QUESTIONS
    if not item.problem:
        questions = questions | {"points_out_problem": "Points out the worst problem"}
    return [
        (name, question, one_to_seven(sent.get(f"rating-{letter}-{name}")))
        for name, question in questions.items()
    ]
