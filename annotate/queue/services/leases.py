"""Leases: who has which item, until when.

Locks are taken in one order everywhere (the person's membership, the item that is adjudicated, the
item, the assignment), so that no two of these services can deadlock.
"""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Case, F, Q, QuerySet, Value, When
from django.utils import timezone

from annotate.campaigns import ANNOTATING_ROLES, WITH_CAMPAIGN
from annotate.care.selectors.showing import Viewer, Withheld
from annotate.errors import AlreadyAnswered, ItemGone
from annotate.models import Assignment, AssignmentState
from annotate.queue.selectors.assignments import held_assignments
from annotate.queue.selectors.gates import gate_before
from annotate.queue.selectors.offers import offer_to
from annotate.queue.services.claims import claim_item, claim_skipped
from annotate.queue.services.presentation import draw_presentation
from oversight.feedback.services.settling import lock_adjudicated
from oversight.models import (
    Campaign,
    ItemState,
    Query,
    ReviewItem,
    RoutingDecision,
    User,
)
from oversight.statements import Record, Statement, insert

MEMBERSHIP = Statement(
    """
    SELECT id FROM oversight_campaignmember
    WHERE user_id = %(user)s AND campaign_id = %(campaign)s AND role = ANY(%(roles)s)
    AND paused_at IS NULL AND EXISTS (
        SELECT FROM oversight_campaign campaign WHERE campaign.id = %(campaign)s
        AND num_nonnulls(campaign.paused_at, campaign.finished_at, campaign.archived_at) = 0)
    ORDER BY id LIMIT 1 FOR NO KEY UPDATE
    """
)
# The item first, then the assignment: what hangs on a lock that was waited for is read after it.
LOCKED = Statement(
    """
    WITH item AS MATERIALIZED (
        SELECT * FROM oversight_reviewitem WHERE id = %(item)s FOR NO KEY UPDATE
    ), mine AS MATERIALIZED (
        SELECT held.* FROM item JOIN annotate_assignment held ON held.item_id = item.id
        WHERE held.id = %(assignment)s FOR NO KEY UPDATE OF held
    )
    SELECT {item}, {mine}, {query}, {decision}
    FROM item CROSS JOIN mine
    JOIN oversight_query query ON query.id = item.query_id
    LEFT JOIN oversight_routingdecision decision ON decision.id = item.decision_id
    """,
    item=ReviewItem,
    mine=Assignment,
    query=Record(Query, only=("split",)),
    decision=Record(RoutingDecision, only=("propensity",)),
)


def lease_next(*, user: User, campaign: Campaign) -> Assignment | None:
    """Return what the person holds, else a lease on the first free item; None: there is none.

    Items go by priority, then age. None too where the person may not annotate in the campaign, it is
    paused, or something else comes before (`gate_before`).
    """
    with transaction.atomic():
        if not _lock_membership(user, campaign) or gate_before(user, campaign):
            return None
        return _renewed_current(user, campaign) or _lease_first(user, campaign)


def lease_ahead(*, assignment: Assignment) -> Assignment | None:
    """Lease what comes after an item that the person holds, so that it can be shown at once.

    One at a time: asked twice it is the same. None where nothing is left, or the item is not held.
    The lease lasts as long as that of the item before it, and then as long again.
    """
    user, campaign = assignment.annotator, assignment.campaign
    with transaction.atomic():
        if not _lock_membership(user, campaign):
            return None
        held = _held_and_shown(user, campaign)
        if held[:1] != [assignment] or gate_before(user, campaign):
            return None
        if held[1:]:
            return held[1]
        until = _come_up(held[0], campaign).expires_at
        return _lease_first(user, campaign, after=until, with_skipped=False)


def _lock_membership(user: User, campaign: Campaign) -> bool:
    """Two tabs of one person take turns, so that both come to the same item."""
    values = {"user": user.pk, "campaign": campaign.pk, "roles": ANNOTATING_ROLES}
    return MEMBERSHIP.first(**values) is not None


def _renewed_current(user: User, campaign: Campaign) -> Assignment | None:
    current = next(iter(_held_and_shown(user, campaign)), None)
    if current is None:
        return None
    if current.expires_at > timezone.now():
        return _come_up(current, campaign)
    current.expires_at = expiry(campaign)
    # Conditional: the sweep may have released the seat since it was read.
    held = Assignment.objects.filter(pk=current.pk, state=AssignmentState.LEASED)
    return current if held.update(expires_at=current.expires_at) else None


def _held_and_shown(user: User, campaign: Campaign) -> list[Assignment]:
    """What the person holds. What is of a kind that they leave out by now goes to others."""
    held = held_assignments(user, campaign)
    viewer = Viewer(user, campaign)
    if not campaign.care.harm_by_category:
        return held
    shown = []
    for row in held:
        if viewer.showing(row.item.query.node).withheld == Withheld.LEFT_OUT:
            with suppress(ItemGone, AlreadyAnswered):
                skip_assignment(assignment=row, reason="of a kind that is left out")
        else:
            shown.append(row)
    return shown


def _come_up(current: Assignment, campaign: Campaign) -> Assignment:
    """Count a lease that was taken ahead from now on: else each would outlast the one before."""
    until = expiry(campaign)
    if current.expires_at > until:
        current.expires_at = until
        current.save(update_fields=["expires_at"])
    return current


def _lease_first(
    user: User,
    campaign: Campaign,
    *,
    after: datetime | None = None,
    with_skipped: bool = True,
) -> Assignment | None:
    """Lease the first item on offer. Where only such are left that others are busy with, those are
    waited for, rather than telling the person that all is done. Last comes what they skipped, once.
    """
    offer = offer_to(user, campaign)
    claim = claim_item(offer) or claim_item(offer, is_waiting=True)
    claim = claim or (claim_skipped(offer) if with_skipped else None)
    if claim is None:
        return None
    lease = {
        "state": AssignmentState.LEASED,
        "leased_at": timezone.now(),
        "expires_at": expiry(campaign, after),
    }
    if claim.former_id:
        return _taken_up_again(claim.former_id, lease)
    return insert(
        Assignment(
            item=claim.item,
            campaign=campaign,
            annotator=user,
            harm=campaign.care.harm_by_category.get(claim.category, ""),
            **lease,
            **draw_presentation(
                item=claim.item, campaign=campaign, has_critique=claim.has_critique
            ),
        )
    )


def _taken_up_again(assignment_id: int, lease: dict[str, Any]) -> Assignment:
    """Renew a lease with its order: a page still open from the first time must mean the same."""
    was_skipped = Q(state=AssignmentState.SKIPPED) | Q(was_offered_again=True)
    again = Case(When(was_skipped, then=Value(True)), default=Value(False))
    Assignment.objects.filter(pk=assignment_id).update(was_offered_again=again, **lease)
    return Assignment.objects.select_related(*WITH_CAMPAIGN).get(pk=assignment_id)


def skip_assignment(*, assignment: Assignment, reason: str = "") -> str:
    """Hand the item to somebody else. This person is asked once more when nothing else is left.

    Raises AlreadyAnswered where it was submitted before, ItemGone where it is no longer open.
    Skipped twice is skipped once: return the reason that stands, which is the first one.
    """
    with transaction.atomic():
        item, current = lock_item_and_assignment(assignment)
        if current.state == AssignmentState.SUBMITTED:
            raise AlreadyAnswered("You have judged this item already.")
        if item.state != ItemState.OPEN:
            raise ItemGone("This item was closed meanwhile.")
        if current.state == AssignmentState.SKIPPED:
            return current.reason
        if current.state == AssignmentState.LEASED:
            _free_seat(item.pk)
        Assignment.objects.filter(pk=current.pk).update(
            state=AssignmentState.SKIPPED, reason=reason
        )
    return reason


def release_expired_leases() -> int:
    """Free the seats of overdue leases; return how many. Safe to run twice and side by side."""
    overdue = Assignment.objects.overdue().values_list("pk", "item_id").order_by("expires_at")
    return sum(_release(pk, item_id) for pk, item_id in list(overdue))


def return_leases(*, user: User, campaign: Campaign) -> int:
    """End all that the person holds, whenever it would; return how many. Call in a transaction."""
    held = Assignment.objects.held_by(user).filter(campaign=campaign, state=AssignmentState.LEASED)
    rows = list(held.values_list("pk", "item_id").order_by("item_id"))
    return sum(_release(pk, item_id, of=held) for pk, item_id in rows)


def _release(assignment_id: int, item_id: int, of: QuerySet[Assignment] | None = None) -> bool:
    """End a lease that is one `of` these, overdue ones if None."""
    rows = Assignment.objects.overdue() if of is None else of
    with transaction.atomic():
        ReviewItem.objects.select_for_update(no_key=True).get(pk=item_id)
        # Only whoever changes the state frees the seat: a second sweep changes nothing.
        changed = rows.filter(pk=assignment_id).update(state=AssignmentState.EXPIRED)
        if changed:
            _free_seat(item_id)
        return bool(changed)


def lock_item_and_assignment(assignment: Assignment) -> tuple[ReviewItem, Assignment]:
    """Lock both rows and return them as they are now. Call inside a transaction.

    Of an adjudication, what it adjudicates is locked before.
    """
    adjudicated = lock_adjudicated(assignment.item)
    row = LOCKED.first(item=assignment.item_id, assignment=assignment.pk)
    if row is None:
        raise Assignment.DoesNotExist(f"There is no assignment {assignment.pk} any more.")
    item, locked, item.query, item.decision = row
    item.adjudicates = adjudicated
    locked.annotator, locked.item = assignment.annotator, item
    return item, locked


def _free_seat(item_id: int) -> None:
    ReviewItem.objects.filter(pk=item_id).update(seats_free=F("seats_free") + 1)


def expiry(campaign: Campaign, after: datetime | None = None) -> datetime:
    """Return until when a lease lasts that begins now, or `after` a later moment."""
    return max(after or timezone.now(), timezone.now()) + timedelta(
        minutes=campaign.judging.lease_minutes
    )
