"""What the card of a comparison shows: two to four responses, critiques, and what can be said.

Gold, tampered and adjudicated items are comparisons like any other.
"""

from collections.abc import Iterable, Mapping
from itertools import count
from random import Random
from typing import Any

from annotate.card.options import flaw_options, one_to_seven, preference_options, verdict_options
from annotate.card.parts import (
    CommentView,
    CritiqueView,
    ResponseView,
    Sent,
    added_views,
    spans_of,
)
from annotate.card.places import places_in
from annotate.card.positions import preference_of, preferences
from annotate.card.texts import record_view
from annotate.models import Assignment
from annotate.queue.selectors.critiques import newest_critiques
from annotate.queue.selectors.crossing import AskedAgain, cross_examined
from oversight.models import Arm, BlindAnswer, Comment, Critique, Response, ReviewItem


def comparison_parts(assignment: Assignment, item: ReviewItem, sent: Sent) -> Mapping[str, Any]:
    blind = None
    if assignment.arm == Arm.BLIND_FIRST:
        blind = BlindAnswer.objects.filter(item=item, user=assignment.annotator_id).first()
    is_shown = assignment.arm == Arm.SHOWN or blind is not None
    is_evidence = assignment.arm == Arm.EVIDENCE
    found = newest_critiques(item) if is_shown or is_evidence else {}
    # It helps as a critique does: where the one is not there the other is not, or it would count as
    # judged unaided, and nobody could measure what it does.
    is_aided = is_shown and any(row.verdict is not None for row in found)
    asked_again = cross_examined(item) if is_aided else {}
    # Nothing of a critique goes further than its places where only those are shown.
    comments = {} if is_evidence else found
    quoting = found if is_evidence else {}
    critiques = list(comments)
    labels = critic_labels(critiques, seed=assignment.pk)
    critiques.sort(key=lambda row: labels.get(row.version_id, ""))
    numbers = count(1)
    return {
        "blind": blind,
        "preferences": preference_options(
            preferences(assignment.order_shown), sent.get("preference") or _first_answer(blind)
        ),
        "responses": [
            _response_view(
                *(assignment, letter, response, critiques, comments, labels, numbers),
                *(quoting, asked_again.get(response.pk, []), sent),
            )
            for letter, response in zip("ABCD", _in_order_shown(item, assignment), strict=False)
        ],
    }


def _first_answer(blind: BlindAnswer | None) -> str | None:
    """What was answered blind stands checked: who changes nothing has kept it."""
    return preference_of(blind.choice, blind.strength, blind.order_shown) if blind else None


def _in_order_shown(item: ReviewItem, assignment: Assignment) -> list[Response]:
    record = {
        "a": item.response_a,
        "b": item.response_b,
        "c": item.response_c,
        "d": item.response_d,
    }
    return [response for key in assignment.order_shown if (response := record[key])]


def _response_view(
    assignment: Assignment,
    letter: str,
    response: Response,
    critiques: Iterable[Critique],
    comments_of: Mapping[Critique, list[Comment]],
    labels: Mapping[int | None, str],
    numbers: "count[int]",
    quoting: Mapping[Critique, list[Comment]],
    asked_again: list[AskedAgain],
    sent: Sent,
) -> ResponseView:
    views = [
        CritiqueView(
            row,
            labels.get(row.version_id, ""),
            # What did not parse has nothing to show, whatever was saved with it.
            [_comment_view(next(numbers), c, sent) for c in comments_of[row]]
            if row.verdict is not None
            else [],
        )
        for row in critiques
        if row.response_id == response.pk
    ]
    comments = [comment for view in views for comment in view.comments]
    places = places_in(response, quoting, numbers)
    spans = [*spans_of(comments), *(place.span for place in places)]
    return ResponseView(
        letter,
        response,
        record_view(response, spans, f"comment-{assignment.pk}-"),
        views,
        places,
        added_views(letter, sent),
        str(sent.get(f"rewrite-{letter}") or response.text),
        flaw_options(sent.get(f"score-{letter}-flaw")),
        one_to_seven(sent.get(f"score-{letter}-overall")),
        asked_again,
    )


def _comment_view(number: int, comment: Comment, sent: Sent) -> CommentView:
    names = ("severity", "category", "explanation", "fix")
    edited = {n: str(v) for n in names if (v := sent.get(f"edit-{comment.pk}-{n}")) is not None}
    was = {
        "severity": comment.severity,
        "category": comment.category,
        "explanation": comment.explanation,
        "fix": comment.suggested_fix,
    }
    is_deleted = f"delete-{comment.pk}" in sent
    is_changed = any(
        value.replace("\r\n", "\n").strip() != was[name].strip() for name, value in edited.items()
    )
    return CommentView(
        number,
        comment,
        verdict_options(sent.get(f"verdict-{comment.pk}")),
        was | edited,
        is_deleted,
        is_deleted or is_changed,
    )


def critic_labels(critiques: Iterable[Critique], *, seed: int) -> dict[int | None, str]:
    """Name the critics of one card apart, the same one alike, without saying which is which."""
    versions = sorted({row.version_id for row in critiques if row.version_id})
    if len(versions) < 2:
        return {}
    Random(seed).shuffle(versions)
    return {version: f"Critic {n}" for n, version in enumerate(versions, start=1)}
