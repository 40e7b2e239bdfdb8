"""One line of a person's history: what was asked, what they said, whether it may be corrected."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from annotate.card.positions import STEP_LABELS, preference_of, preferences
from annotate.care.selectors.showing import Showing, Viewer
from annotate.models import Annotation
from annotate.work.selectors.history import note_of, refusal_of
from oversight.models import ItemKind

MOST_LISTED = 12


@dataclass(frozen=True)
class Past:
    """`refusal` says why it cannot be corrected any more, empty where it can; `note` what a reviewer says
    who has sent it back, empty where nobody has."""

    annotation: Annotation
    answer: str
    refusal: str
    showing: Showing
    note: str = ""

    @property
    def is_corrected(self) -> bool:
        return self.annotation.supersedes_id is not None


def past_of(annotation: Annotation, viewer: Viewer) -> Past:
    showing = viewer.showing(annotation.assignment.item.query.node)
    said = answer_words(annotation)
    return Past(annotation, said, refusal_of(annotation), showing, note_of(annotation))


def standing_words(annotation: Annotation) -> str:
    """Say that this answer stands in place of another one that was sent, and what may be done."""
    is_corrected = annotation.supersedes_id is not None
    what = "your correction of it stands" if is_corrected else "your first answer stands"
    more = refusal_of(annotation) or "You can correct it under Your work."
    return f"You have answered this item already, and {what}: {answer_words(annotation)}. {more}"


def answer_words(annotation: Annotation) -> str:
    """What was said, in the words of its button."""
    kind = ItemKind(annotation.assignment.item.kind)
    order, judgement = annotation.assignment.order_shown, annotation.judgement
    said = {"choice": judgement.choice, "strength": judgement.strength}
    return payload_words(kind, {**annotation.payload, **said}, order)


def payload_words(kind: ItemKind, payload: Mapping[str, Any], order: str) -> str:
    """The same of what a form gives; `order` is that of the places which the words name."""
    if kind == ItemKind.STEPS:
        return _steps_words(payload)
    if kind == ItemKind.CRITIQUE_RATING:
        return _ratings_words(payload, order)
    return choice_words(payload["choice"], payload["strength"], order)


def choice_words(choice: str, strength: int | None, order_shown: str) -> str:
    """The answer by position; of two responses also where nothing was said of how clearly."""
    words = {"A": "A is better", "B": "B is better", **dict(preferences(order_shown))}
    return words[preference_of(choice, strength, order_shown)]


def _steps_words(payload: Mapping[str, Any]) -> str:
    names = {label: name for name, label in STEP_LABELS.items()}
    said = sorted((int(number), label) for number, label in payload.get("steps", {}).items())
    words = [f"{number + 1} {names[label]}" for number, label in said[:MOST_LISTED]]
    return f"Labels of steps: {', '.join(words)}{' …' if len(said) > MOST_LISTED else ''}"


def _ratings_words(payload: Mapping[str, Any], order: str) -> str:
    by_place = zip("ABCD", order, strict=False)
    ratings = payload.get("ratings", {})
    words = [
        f"{place} {ratings[letter]['overall']}" for place, letter in by_place if letter in ratings
    ]
    return f"Ratings of critiques: overall {', '.join(words)}"
