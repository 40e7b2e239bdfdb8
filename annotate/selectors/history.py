"""What a person has submitted, and what of it they may still correct."""

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from annotate.models import Annotation, Assignment, AssignmentState
from annotate.policies.corrections import Submitted, is_in_window, refusal
from oversight.models import Campaign, ItemState, ReviewItem, Split, Stage, User

ASKING: list[Stage] = [Stage.ATTACK, Stage.RESPOND, Stage.CRITIQUE, Stage.ROUTE, Stage.REVIEW]
# Comparisons on held-out queries are read by the gate alone.
GATED: list[Stage] = [stage for stage in Stage if stage not in (Stage.GATE, Stage.DONE)]


def annotations_of(user: User, campaign: Campaign) -> QuerySet[Annotation]:
    """What stands of the person's own work in the campaign, newest first."""
    return (
        Annotation.objects.filter(
            assignment__annotator=user,
            assignment__campaign=campaign,
            superseded_by__isnull=True,
        )
        .select_related(
            "judgement",
            "assignment__campaign",
            "assignment__item__query",
            "assignment__item__round",
        )
        .order_by("-pk")
    )


def standing_annotation(assignment: Assignment) -> Annotation | None:
    return (
        annotations_of(assignment.annotator, assignment.campaign)
        .filter(assignment=assignment)
        .first()
    )


def last_in_window(user: User, campaign: Campaign) -> Annotation | None:
    """Return what the person submitted last, None where the time to take it back is over."""
    last = annotations_of(user, campaign).first()
    if last is None:
        return None
    minutes = campaign.undo_minutes
    is_open = is_in_window(submitted(last), now=timezone.now(), undo_minutes=minutes)
    return last if is_open else None


def undo_seconds(user: User, campaign: Campaign) -> int:
    """Return for how long the person may still take back the last thing that they did.

    0 where that is no answer (something was skipped since), or the answer stands.
    """
    skipped_since = Assignment.objects.held_by(user).filter(
        campaign=campaign,
        state=AssignmentState.SKIPPED,
        leased_at__gt=OuterRef("assignment__leased_at"),
    )
    rows = annotations_of(user, campaign).annotate(was_skipped_since=Exists(skipped_since))
    last = rows.first() if campaign.undo_minutes else None
    if last is None or last.was_skipped_since:
        return 0
    return _seconds_left(submitted(last), campaign)


def undo_seconds_after(assignment: Assignment) -> int:
    """Return the same of an answer to this one that has just been saved, without looking it up."""
    campaign, item = assignment.campaign, assignment.item
    was_told = bool(item.expected) and campaign.is_result_shown
    return 0 if was_told else campaign.undo_minutes * 60


def _seconds_left(submitted: Submitted, campaign: Campaign) -> int:
    now, minutes = timezone.now(), campaign.undo_minutes
    if not is_in_window(submitted, now=now, undo_minutes=minutes):
        return 0
    if refusal(submitted, now=now, undo_minutes=minutes):
        return 0
    return int(minutes * 60 - (now - submitted.at).total_seconds())


def refusal_of(annotation: Annotation) -> str:
    minutes = annotation.assignment.campaign.undo_minutes
    return refusal(submitted(annotation), now=timezone.now(), undo_minutes=minutes)


def submitted(annotation: Annotation) -> Submitted:
    item, campaign = annotation.assignment.item, annotation.assignment.campaign
    return Submitted(
        at=annotation.created_at,
        has_round_gone_on=item.round is not None and item.round.stage not in _asking(item),
        is_item_withdrawn=item.state == ItemState.WITHDRAWN,
        was_result_told=bool(item.expected) and campaign.is_result_shown,
    )


def _asking(item: ReviewItem) -> list[Stage]:
    """Return the stages in which nobody has made anything of answers to this item yet."""
    return GATED if item.query.split == Split.HELD_OUT else ASKING
