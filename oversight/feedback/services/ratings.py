"""Ratings of responses and critiques, labels of steps."""

from collections.abc import Mapping, Sequence

from oversight.feedback.services.answer_parts import LabelledStep, ResponseScore
from oversight.models import CritiqueRating, Judgement, ResponseRating, StepLabel


def record_response_ratings(*, judgement: Judgement, scores: Mapping[int, ResponseScore]) -> None:
    """Write a score for each response id; one that says nothing is left out."""
    ResponseRating.objects.bulk_create(
        ResponseRating(
            judgement=judgement,
            response_id=response_id,
            worst_flaw=score.worst_flaw,
            overall=score.overall,
        )
        for response_id, score in scores.items()
        if score.worst_flaw or score.overall is not None
    )


def record_step_labels(*, judgement: Judgement, steps: Sequence[LabelledStep]) -> None:
    """Write the labels of a response's steps, up to and with the first bad one.

    Raises ValueError where more follows: what comes after an error is not judged.
    """
    if any(step.label < 0 for step in steps[:-1]):
        raise ValueError("labels end with the first bad step")
    StepLabel.objects.bulk_create(
        StepLabel(
            judgement=judgement,
            response_id=judgement.response_a_id,
            position=position,
            start=step.start,
            end=step.end,
            label=step.label,
        )
        for position, step in enumerate(steps)
    )


def record_critique_ratings(
    *, judgement: Judgement, ratings: Mapping[int, Mapping[str, int]]
) -> None:
    """Write, for each critique id, its scores from 1 to 7 by the names of CritiqueRating.

    Raises IntegrityError where the person wrote one of them.
    """
    CritiqueRating.objects.bulk_create(
        CritiqueRating(judgement=judgement, critique_id=critique_id, **scores)
        for critique_id, scores in ratings.items()
    )
