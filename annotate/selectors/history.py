"""What a person has submitted, and what of it they may still correct."""

from django.db.models import QuerySet
from django.utils import timezone

from annotate.models import Annotation, Assignment
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
