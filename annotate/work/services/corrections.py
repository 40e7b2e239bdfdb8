"""A correction supersedes what a person submitted; nothing is overwritten."""

from collections.abc import Callable

from annotate.errors import CorrectedMeanwhile, CorrectionRefused, NoSuchAnswer
from annotate.models import Annotation, Assignment
from annotate.work.selectors.history import refusal_of, standing_annotation


def annotation_to_correct(assignment: Assignment, annotation_id: int) -> Annotation:
    """Return the person's standing annotation. Call with the item and the assignment locked.

    `annotation_id` is the one that their page was made from: CorrectedMeanwhile is raised where
    another stands by now, CorrectionRefused where it may not be corrected any more, NoSuchAnswer
    where it never was theirs to correct here.
    """
    standing = standing_annotation(assignment)
    if (standing is None or standing.pk != annotation_id) and not (
        assignment.annotations.filter(pk=annotation_id).exists()
    ):
        raise NoSuchAnswer(f"You gave no answer {annotation_id} to this item.")
    if standing is None:
        raise CorrectionRefused("There is nothing of yours to correct here.")
    if standing.pk != annotation_id:
        raise CorrectedMeanwhile("You have corrected this since, in another tab perhaps.")
    if why := refusal_of(standing):
        raise CorrectionRefused(why)
    return standing


# What areas above do once somebody has answered an item again, in its transaction, the item locked.
_followers: list[Callable[[Assignment], None]] = []


def register_follower(follower: Callable[[Assignment], None]) -> None:
    if follower not in _followers:
        _followers.append(follower)


def follow_correction(assignment: Assignment) -> None:
    for follower in _followers:
        follower(assignment)
