"""What the card of steps shows: a response cut into lines, each to be called good or bad."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from annotate.card.options import Option, options
from annotate.card.parts import ResponseView, Sent
from annotate.card.policies.steps import split_steps
from annotate.card.texts import text_view
from annotate.models import Assignment
from oversight.models import ReviewItem

STEP_OPTIONS = [("good", "Good"), ("neutral", "Neutral"), ("bad", "Bad")]
STEP_KEYS = {"good": "1", "neutral": "2", "bad": "3"}


@dataclass(frozen=True)
class StepView:
    number: int
    text: str
    options: list[Option]

    @property
    def place(self) -> int:
        return self.number + 1


def steps_parts(assignment: Assignment, item: ReviewItem, sent: Sent) -> Mapping[str, Any]:
    text = item.response_a.text
    return {
        "responses": [ResponseView("A", item.response_a, text_view(text), [])],
        "steps": [
            StepView(
                n,
                text[start:end],
                options(STEP_OPTIONS, sent.get(f"step-{n}"), STEP_KEYS.__getitem__),
            )
            for n, (start, end) in enumerate(split_steps(text))
        ],
    }
