"""Pausing a person, and leaving out what they said."""

from datetime import UTC, date, datetime, time
from uuid import uuid4

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from annotate.models import Annotation
from annotate.queue.services.leases import return_leases
from oversight.errors import InvalidCampaign, WrongState
from oversight.feedback.services.judgements import retract_judgement
from oversight.feedback.services.settling import lock_item, settle_item
from oversight.models import (
    Act,
    Campaign,
    CampaignMember,
    ItemState,
    ReviewItem,
    Round,
    User,
    not_superseded,
)
from oversight.people.services.audit import record_act
from oversight.people.services.members import demand_power_over


@transaction.atomic
def pause_person(*, campaign: Campaign, person: User, by: User) -> int:
    """Give the person no new items, and what they hold to others; return how many leases ended.

    A draft of theirs stays, and what they are about to submit is still taken if nobody else was
    faster: nothing that was typed is lost. Raises WrongState where they are no member or paused
    already, NotAllowed where `by` may not do this to an owner.
    """
    _set_paused(campaign, person, by, is_paused=True)
    returned = return_leases(user=person, campaign=campaign)
    record_act(Act.PERSON_PAUSED, campaign=campaign, by=by, person=person.pk, leases=returned)
    return returned


@transaction.atomic
def resume_person(*, campaign: Campaign, person: User, by: User) -> None:
    """Let a paused person have items again. Raises as `pause_person` does."""
    _set_paused(campaign, person, by, is_paused=False)
    record_act(Act.PERSON_RESUMED, campaign=campaign, by=by, person=person.pk)


@transaction.atomic
def exclude_labels(*, campaign: Campaign, person: User, since: date, reason: str, by: User) -> int:
    """Supersede by nothing all that the person has said from this day (UTC) on; return how many.

    Nothing is deleted. What each item means without them is made anew, preferences too; an item that
    is still open asks somebody else in their place, one that was closed stays so. Raises
    InvalidCampaign without a reason, WrongState where nothing is there to leave out, NotAllowed where
    `by` may not do this to an owner.
    """
    if not reason.strip():
        raise InvalidCampaign("say why")
    demand_power_over(campaign, person, by)
    wanted = _standing(campaign, person, since)
    left_out = sum(_leave_out(*row, reason=reason) for row in wanted)
    if not left_out:
        raise WrongState("there is no answer of theirs from that day on")
    record_act(
        Act.LABELS_EXCLUDED,
        campaign=campaign,
        by=by,
        person=person.pk,
        since=since.isoformat(),
        count=left_out,
        reason=reason,
    )
    return left_out


def _set_paused(campaign: Campaign, person: User, by: User, *, is_paused: bool) -> None:
    demand_power_over(campaign, person, by)
    rows = CampaignMember.objects.filter(campaign=campaign, user=person)
    changed = rows.filter(paused_at__isnull=is_paused).update(
        paused_at=timezone.now() if is_paused else None
    )
    if not changed:
        state = "paused already" if is_paused else "not paused"
        raise WrongState(f"{person.username} is {state}, or no member")


def _standing(campaign: Campaign, person: User, since: date) -> list[tuple[int, int, int | None]]:
    """Return assignment, item and round of each answer, in the order in which items are locked."""
    rows = _answers().filter(
        assignment__campaign=campaign,
        assignment__annotator=person,
        judgement__created_at__gte=datetime.combine(since, time.min, UTC),
    )
    places = ("assignment_id", "assignment__item_id", "assignment__item__round_id")
    return list(rows.order_by(*reversed(places)).values_list(*places))


def _answers() -> QuerySet[Annotation]:
    return Annotation.objects.filter(not_superseded(Annotation), judgement__is_retraction=False)


def _leave_out(assignment_id: int, item_id: int, round_id: int | None, *, reason: str) -> bool:
    if round_id:
        # The round before its items, as wherever an answer is taken back.
        Round.objects.select_for_update(no_key=True).get(pk=round_id)
    item = lock_item(item_id)
    # What stands now: it may have been corrected, or taken back, since it was looked up.
    standing = _answers().select_related("judgement").filter(assignment_id=assignment_id)
    if (found := standing.first()) is None:
        return False
    Annotation.objects.create(
        assignment_id=assignment_id,
        submission=uuid4(),
        payload={},
        judgement=retract_judgement(found.judgement, reason=reason),
        supersedes=found,
    )
    if item.state == ItemState.OPEN:
        ReviewItem.objects.filter(pk=item.pk).update(seats_free=F("seats_free") + 1)
        item.refresh_from_db(fields=["seats_free"])
    settle_item(item=item)
    return True
