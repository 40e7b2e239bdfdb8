"""Answers to items that compare nothing: labels of steps, ratings of critiques."""

from collections.abc import Mapping
from uuid import UUID

from annotate.card.policies.steps import split_steps
from annotate.errors import NotShown
from annotate.models import Annotation, Assignment
from annotate.queue.selectors.critiques import rated_critiques
from annotate.work.services.submissions import believed, take_answer
from oversight.feedback.services.answer_parts import LabelledStep
from oversight.feedback.services.judgements import record_judgement
from oversight.feedback.services.ratings import record_critique_ratings, record_step_labels
from oversight.models import Judgement, ReviewItem


def submit_steps(
    *,
    assignment: Assignment,
    submission: UUID,
    labels: Mapping[int, int],
    rationale: str = "",
    seconds: float | None = None,
    corrects: int | None = None,
) -> Annotation:
    """Write the labels of the steps (by number, from 0) up to and with the first bad one.

    What was said of later ones is left out. Raises NotShown where a step lacks its label, else what
    `submit_annotation` raises.
    """
    seconds = believed(assignment, seconds)
    payload = {
        "steps": {str(number): label for number, label in labels.items()},
        "rationale": rationale,
        "seconds": seconds,
    }

    def write(item: ReviewItem, current: Assignment, former: Judgement | None) -> Judgement:
        steps = _labelled(item.response_a.text, labels)
        judgement = record_judgement(
            item=item,
            user=current.annotator,
            order_shown=current.order_shown,
            was_critique_shown=False,
            rationale=rationale,
            seconds=seconds,
            supersedes=former,
        )
        record_step_labels(judgement=judgement, steps=steps)
        return judgement

    return take_answer(assignment, submission, payload, write, corrects)


def submit_ratings(
    *,
    assignment: Assignment,
    submission: UUID,
    ratings: Mapping[str, Mapping[str, int]],
    rationale: str = "",
    seconds: float | None = None,
    corrects: int | None = None,
) -> Annotation:
    """Write the scores of each critique, by its letter in the record's order.

    Raises NotShown where one is not rated, not the item's, or the person's own; else what
    `submit_annotation` raises.
    """
    seconds = believed(assignment, seconds)
    payload = {
        "ratings": {letter: dict(scores) for letter, scores in ratings.items()},
        "order_shown": assignment.order_shown,
        "rationale": rationale,
        "seconds": seconds,
    }

    def write(item: ReviewItem, current: Assignment, former: Judgement | None) -> Judgement:
        critiques = dict(zip("abcd", rated_critiques(item), strict=False))
        if critiques.keys() != ratings.keys():
            raise NotShown(f"Rate all {len(critiques)} critiques of item {item.pk}.")
        if any(row.author_id == current.annotator_id for row in critiques.values()):
            raise NotShown("Nobody rates a critique that they wrote.")
        judgement = record_judgement(
            item=item,
            user=current.annotator,
            order_shown=current.order_shown,
            was_critique_shown=True,
            rationale=rationale,
            seconds=seconds,
            supersedes=former,
        )
        by_id = {critiques[letter].pk: scores for letter, scores in ratings.items()}
        record_critique_ratings(judgement=judgement, ratings=by_id)
        return judgement

    return take_answer(assignment, submission, payload, write, corrects)


def _labelled(text: str, labels: Mapping[int, int]) -> list[LabelledStep]:
    found = []
    for number, (start, end) in enumerate(split_steps(text)):
        if number not in labels:
            raise NotShown(f"Step {number + 1} has no label.")
        found.append(LabelledStep(start, end, labels[number]))
        if labels[number] < 0:
            break
    return found
