"""Leases: who has which item, until when.

Locks are taken in one order everywhere (the person's membership, the item, the assignment), so that
no two of these services can deadlock.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from annotate.errors import AlreadyAnswered, ItemGone
from annotate.models import Assignment, AssignmentState
from annotate.selectors.queue import ANNOTATING_ROLES, current_assignment, items_offered
from annotate.services.presentation import draw_presentation
from oversight.models import Campaign, CampaignMember, ItemState, ReviewItem, User


def lease_next(*, user: User, campaign: Campaign) -> Assignment | None:
    """Return what the person holds, else a lease on the first free item; None: there is none.

    Items go by priority, then age. None too where the person may not annotate in the campaign.
    """
    with transaction.atomic():
        if not _lock_membership(user, campaign):
            return None
        if current := _renewed_current(user, campaign):
            return current
        item = _claim(user, campaign)
        return _lease(user, campaign, item) if item else None


def _lock_membership(user: User, campaign: Campaign) -> bool:
    """Two tabs of one person take turns, so that both come to the same item."""
    rows = CampaignMember.objects.filter(user=user, campaign=campaign, role__in=ANNOTATING_ROLES)
    return rows.select_for_update(no_key=True).order_by("pk").first() is not None


def _renewed_current(user: User, campaign: Campaign) -> Assignment | None:
    current = current_assignment(user, campaign)
    if current is None or current.expires_at > timezone.now():
        return current
    current.expires_at = _expiry(campaign)
    # Conditional: the sweep may have released the seat since it was read.
    held = Assignment.objects.filter(pk=current.pk, state=AssignmentState.LEASED)
    return current if held.update(expires_at=current.expires_at) else None


def _claim(user: User, campaign: Campaign) -> ReviewItem | None:
    """Lock the first item on offer, passing over those that others are busy with.

    Where nothing else is left those are waited for, rather than telling the person that all is
    done.
    """
    offered = items_offered(user).filter(campaign=campaign).order_by(F("priority").desc(), "pk")
    return (
        offered.select_for_update(skip_locked=True, of=("self",), no_key=True).first()
        or offered.select_for_update(of=("self",), no_key=True).first()
    )


def _lease(user: User, campaign: Campaign, item: ReviewItem) -> Assignment:
    ReviewItem.objects.filter(pk=item.pk).update(seats_free=F("seats_free") - 1)
    lease = {
        "state": AssignmentState.LEASED,
        "leased_at": timezone.now(),
        "expires_at": _expiry(campaign),
    }
    # A renewed lease keeps its order: a page still open from the first time must mean the same.
    assignment, _ = Assignment.objects.update_or_create(
        item=item,
        annotator=user,
        defaults=lease,
        create_defaults={**lease, **draw_presentation(item=item, campaign=campaign)},
    )
    return assignment


def skip_assignment(*, assignment: Assignment, reason: str = "") -> None:
    """Hand the item to somebody else. This person is not asked again.

    Raises AlreadyAnswered where it was submitted before, ItemGone where it is no longer open.
    Skipped twice is skipped once.
    """
    with transaction.atomic():
        item, current = lock_item_and_assignment(assignment)
        if current.state == AssignmentState.SUBMITTED:
            raise AlreadyAnswered("You have judged this item already.")
        if item.state != ItemState.OPEN:
            raise ItemGone("This item was closed meanwhile.")
        if current.state == AssignmentState.LEASED:
            _free_seat(item.pk)
        Assignment.objects.filter(pk=current.pk).exclude(state=AssignmentState.SKIPPED).update(
            state=AssignmentState.SKIPPED, reason=reason
        )


def release_expired_leases() -> int:
    """Free the seats of overdue leases; return how many. Safe to run twice and side by side."""
    overdue = Assignment.objects.overdue().values_list("pk", "item_id").order_by("expires_at")
    return sum(_release(pk, item_id) for pk, item_id in list(overdue))


def _release(assignment_id: int, item_id: int) -> bool:
    with transaction.atomic():
        ReviewItem.objects.select_for_update(no_key=True).get(pk=item_id)
        # Only whoever changes the state frees the seat: a second sweep changes nothing.
        changed = (
            Assignment.objects.overdue()
            .filter(pk=assignment_id)
            .update(state=AssignmentState.EXPIRED)
        )
        if changed:
            _free_seat(item_id)
        return bool(changed)


def lock_item_and_assignment(assignment: Assignment) -> tuple[ReviewItem, Assignment]:
    """Lock both rows and return them as they are now. Call inside a transaction."""
    item = (
        ReviewItem.objects.select_related("query", "decision")
        .select_for_update(of=("self",), no_key=True)
        .get(pk=assignment.item_id)
    )
    locked = Assignment.objects.select_for_update(no_key=True)
    return item, locked.get(pk=assignment.pk)


def _free_seat(item_id: int) -> None:
    ReviewItem.objects.filter(pk=item_id).update(seats_free=F("seats_free") + 1)


def _expiry(campaign: Campaign) -> datetime:
    return timezone.now() + timedelta(minutes=campaign.lease_minutes)
