"""A person takes back the answer that they gave last: it is as if it had not been said."""

from uuid import uuid4

from django.db import transaction

from annotate.card.earlier_answers import fields_of
from annotate.errors import CorrectionRefused
from annotate.models import Annotation, Assignment, AssignmentState, Draft
from annotate.queue.services.leases import expiry, lock_item_and_assignment
from annotate.work.selectors.history import standing_annotation, why_it_stays_of
from oversight.feedback.services.judgements import retract_judgement
from oversight.feedback.services.settling import settle_item
from oversight.models import ItemState, ReviewItem, Round


def take_back(*, annotation: Annotation) -> Assignment:
    """Let a standing annotation say nothing any more; return its assignment, which is held again.

    What was said becomes the draft of its card. Raises CorrectionRefused where something has come
    of it, its time is over, or it no longer stands.
    """
    with transaction.atomic():
        # The round before its items: it may not go on while one of them is asked again.
        if round_id := annotation.assignment.item.round_id:
            Round.objects.select_for_update(no_key=True).get(pk=round_id)
        item, current = lock_item_and_assignment(annotation.assignment)
        standing = standing_annotation(annotation.assignment)
        if standing != annotation:
            raise CorrectionRefused("You have changed this answer since, in another tab perhaps.")
        if why := why_it_stays_of(standing):
            raise CorrectionRefused(why)
        _retract(standing)
        _ask_again(item, current)
        _keep_as_draft(standing)
        settle_item(item=item)
    return current


def _retract(standing: Annotation) -> None:
    Annotation.objects.create(
        assignment_id=standing.assignment_id,
        submission=uuid4(),
        payload={},
        judgement=retract_judgement(standing.judgement),
        supersedes=standing,
    )


def _ask_again(item: ReviewItem, current: Assignment) -> None:
    """Give the seat back as a lease: it was this person's all the time."""
    current.state, current.was_taken_back = AssignmentState.LEASED, True
    current.expires_at = expiry(item.campaign)
    current.save(update_fields=["state", "was_taken_back", "expires_at"])
    if item.state == ItemState.CLOSED:
        item.state, item.closed_at = ItemState.OPEN, None
        item.save(update_fields=["state", "closed_at"])


def _keep_as_draft(standing: Annotation) -> None:
    draft = Draft.objects.filter(pk=standing.assignment_id).first()
    fields = [[name, value] for name, value in fields_of(standing).items()]
    Draft(
        assignment_id=standing.assignment_id,
        fields=fields,
        version=draft.version + 1 if draft else 1,
    ).save()
