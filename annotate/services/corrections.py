"""A correction supersedes what a person submitted; nothing is overwritten."""

from annotate.errors import CorrectedMeanwhile, CorrectionRefused
from annotate.models import Annotation, Assignment, Draft
from annotate.selectors.history import refusal_of, standing_annotation
from oversight.models import ItemState, ReviewItem
from oversight.services.adjudication import is_adjudicated
from oversight.services.preferences import conclude_item


def annotation_to_correct(assignment: Assignment, annotation_id: int) -> Annotation:
    """Return the person's standing annotation. Call with the item and the assignment locked.

    `annotation_id` is the one that their page was made from: CorrectedMeanwhile is raised where
    another stands by now, CorrectionRefused where it may not be corrected any more.
    """
    standing = standing_annotation(assignment)
    if standing is None:
        raise CorrectionRefused("There is nothing of yours to correct here.")
    if standing.pk != annotation_id:
        raise CorrectedMeanwhile("You have corrected this since, in another tab perhaps.")
    if why := refusal_of(standing):
        raise CorrectionRefused(why)
    return standing


def follow_correction(item: ReviewItem, assignment: Assignment) -> None:
    """Let the preference made from the item follow, and the draft go; the seat stays taken.

    Where the item was adjudicated, that stands. Call in the same transaction.
    """
    Draft.objects.filter(assignment=assignment).delete()
    if item.state == ItemState.CLOSED and not is_adjudicated(item):
        conclude_item(item=item)
