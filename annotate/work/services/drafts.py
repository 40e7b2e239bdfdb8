"""What stands on a card that was not submitted yet, kept on the server at every change."""

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from annotate.errors import AlreadyAnswered, DraftOutdated, DraftTooLong
from annotate.models import Assignment, AssignmentState, Draft
from annotate.models.assignments import CORRECTS
from annotate.queue.services.leases import expiry
from annotate.work.services.corrections import annotation_to_correct
from oversight.models import Campaign

LONGEST_DRAFT = 400_000  # characters, names and values together
NOT_KEPT = {"csrfmiddlewaretoken", "ahead", "draft_version", CORRECTS}
CORRECTIONS_KEPT = timedelta(days=30)


def save_draft(
    *,
    assignment: Assignment,
    fields: Sequence[tuple[str, str]],
    version: int,
    corrects: int | None = None,
) -> Draft:
    """Keep the form's fields and return the draft once it is committed.

    `version` is that of the draft which the page started from, 0 for none. What is sent twice is
    saved once. While somebody works on an item their lease is renewed. Raises DraftOutdated where
    another tab has saved since, AlreadyAnswered where the item is submitted or skipped, DraftTooLong.
    `corrects` is the id of the person's own annotation that the draft is to supersede: then
    CorrectionRefused and CorrectedMeanwhile are raised instead of AlreadyAnswered.
    """
    # PostgreSQL keeps no null characters.
    clean = [[part.replace("\0", "") for part in field] for field in fields]
    kept = [field for field in clean if field[0] not in NOT_KEPT]
    if corrects is not None:
        kept.insert(0, [CORRECTS, str(corrects)])
    if sum(len(name) + len(value) for name, value in kept) > LONGEST_DRAFT:
        raise DraftTooLong("This is too long to be kept as a draft.")
    with transaction.atomic():
        current = Assignment.objects.select_for_update(no_key=True).get(pk=assignment.pk)
        if corrects is not None:
            annotation_to_correct(assignment, corrects)
        elif current.state in (AssignmentState.SUBMITTED, AssignmentState.SKIPPED):
            raise AlreadyAnswered("This item was submitted or skipped, in another tab perhaps.")
        draft = _written(current, kept, version, corrects)
        _renew(current, assignment.campaign)
        return draft


def _written(
    assignment: Assignment, kept: list[list[str]], version: int, corrects: int | None
) -> Draft:
    draft = Draft.objects.filter(pk=assignment.pk).first()
    if draft and draft.fields == kept:
        return draft
    if draft is None or draft.corrects != corrects:
        # What is left of an answer that was given since is nobody's draft any more.
        draft = Draft(assignment=assignment, version=0)
    elif draft.version != version:
        raise DraftOutdated("Another tab has saved this item since.")
    draft.fields, draft.saved_at = kept, timezone.now()
    draft.version += 1
    draft.save()
    return draft


def _renew(assignment: Assignment, campaign: Campaign) -> None:
    """Only past the half, so that most changes write no lease."""
    now, until = timezone.now(), expiry(campaign)
    if (
        assignment.state == AssignmentState.LEASED
        and assignment.expires_at < now + (until - now) / 2
    ):
        Assignment.objects.filter(pk=assignment.pk).update(expires_at=until)


def forget_correction(*, assignment: Assignment) -> None:
    """Delete the draft of a correction, so that its card shows again what stands."""
    Draft.objects.of_corrections().filter(assignment=assignment).delete()


def forget_settled_drafts() -> int:
    """Delete drafts of what was submitted; return how many. Apart from submitting, which is busy.

    Those of corrections are needed longer: they go when the correction is saved, or a month later.
    """
    settled = Draft.objects.filter(assignment__state=AssignmentState.SUBMITTED)
    current = Draft.objects.of_corrections().filter(saved_at__gt=timezone.now() - CORRECTIONS_KEPT)
    return settled.exclude(pk__in=current.values("pk")).delete()[0]
