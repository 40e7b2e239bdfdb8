"""One line of a person's history: what was asked, what they said, whether it may be corrected."""

from dataclasses import dataclass

from annotate.forms import preference_of, preferences
from annotate.models import Annotation
from annotate.selectors.history import refusal_of
from annotate.selectors.showing import Showing, Viewer
from oversight.models import ItemKind

APART = {ItemKind.STEPS: "Labels of steps", ItemKind.CRITIQUE_RATING: "Ratings of critiques"}


@dataclass(frozen=True)
class Past:
    """`refusal` says why it cannot be corrected any more, empty where it can."""

    annotation: Annotation
    answer: str
    refusal: str
    showing: Showing

    @property
    def is_corrected(self) -> bool:
        return self.annotation.supersedes_id is not None


def past_of(annotation: Annotation, viewer: Viewer) -> Past:
    showing = viewer.showing(annotation.assignment.item.query.node)
    return Past(annotation, _answer(annotation), refusal_of(annotation), showing)


def _answer(annotation: Annotation) -> str:
    """What was said, in the words of its button."""
    kind, judgement = ItemKind(annotation.assignment.item.kind), annotation.judgement
    if kind in APART:
        return APART[kind]
    order = annotation.assignment.order_shown
    value = preference_of(judgement.choice, judgement.strength, order)
    return dict(preferences(order))[value]
