"""What a person has submitted, and what of it they may still correct."""

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from annotate.models import Annotation, Assignment, AssignmentState, Review, ReviewOutcome
from annotate.work.policies.corrections import Submitted, refusal, why_it_stays
from oversight.asking.selectors.reviews import is_adjudicated
from oversight.models import Campaign, ItemState, ReviewItem, Split, Stage, User, not_superseded

ASKING: list[Stage] = list(Stage)[: list(Stage).index(Stage.REVIEW) + 1]
# Comparisons on held-out queries are read by the gate alone.
GATED: list[Stage] = list(Stage)[: list(Stage).index(Stage.GATE)]


def annotations_of(user: User, campaign: Campaign) -> QuerySet[Annotation]:
    """What stands of the person's own work in the campaign, newest first."""
    return _latest_of(user, campaign).filter(judgement__is_retraction=False)


def _latest_of(user: User, campaign: Campaign) -> QuerySet[Annotation]:
    """What the person said last of each item, be it that they take back what they said."""
    return (
        Annotation.objects.filter(
            not_superseded(Annotation),
            assignment__annotator=user,
            assignment__campaign=campaign,
        )
        .select_related(
            "judgement",
            "assignment__campaign__judging",
            "assignment__campaign__care",
            "assignment__item__query",
            "assignment__item__round",
            "assignment__item__review",
        )
        .order_by("-pk")
    )


def standing_annotation(assignment: Assignment) -> Annotation | None:
    return (
        annotations_of(assignment.annotator, assignment.campaign)
        .filter(assignment=assignment)
        .first()
    )


def retraction_of(assignment: Assignment) -> Annotation | None:
    """Return what takes back the answer that was given, None where none was taken back."""
    return (
        Annotation.objects.filter(
            not_superseded(Annotation), assignment=assignment, judgement__is_retraction=True
        )
        .select_related("judgement")
        .first()
    )


def last_submitted(user: User, campaign: Campaign) -> Annotation | None:
    """Return the answer that was the last thing which the person did; None: it was another thing."""
    skipped_since = Assignment.objects.held_by(user).filter(
        campaign=campaign,
        state=AssignmentState.SKIPPED,
        leased_at__gt=OuterRef("assignment__leased_at"),
    )
    last = _latest_of(user, campaign).annotate(was_skipped_since=Exists(skipped_since)).first()
    if last is None or last.was_skipped_since or last.judgement.is_retraction:
        return None
    return last


def held_again(user: User, campaign: Campaign) -> Assignment | None:
    """Return what the person holds since they took back its answer, as the last thing they said."""
    last = _latest_of(user, campaign).first()
    if last is None or not last.judgement.is_retraction:
        return None
    row = last.assignment
    return row if row.state == AssignmentState.LEASED else None


def undo_seconds(user: User, campaign: Campaign) -> int:
    """Return for how long the person may still take back the last thing that they did.

    0 where that is no answer (something was skipped since), or the answer stands.
    """
    last = last_submitted(user, campaign) if campaign.judging.undo_minutes else None
    if last is None or why_it_stays_of(last):
        return 0
    age = (timezone.now() - last.created_at).total_seconds()
    return max(0, int(campaign.judging.undo_minutes * 60 - age))


def undo_seconds_after(assignment: Assignment) -> int:
    """Return the same of an answer to this one that has just been saved, without looking it up."""
    campaign, item = assignment.campaign, assignment.item
    was_told = bool(item.expected) and campaign.judging.is_result_shown
    return 0 if was_told else campaign.judging.undo_minutes * 60


def refusal_of(annotation: Annotation) -> str:
    minutes = annotation.assignment.campaign.judging.undo_minutes
    return refusal(submitted(annotation), now=timezone.now(), undo_minutes=minutes)


def why_it_stays_of(annotation: Annotation) -> str:
    minutes = annotation.assignment.campaign.judging.undo_minutes
    return why_it_stays(submitted(annotation), now=timezone.now(), undo_minutes=minutes)


def submitted(annotation: Annotation) -> Submitted:
    item, campaign = annotation.assignment.item, annotation.assignment.campaign
    round_ = item.round
    return Submitted(
        at=annotation.created_at,
        has_round_gone_on=round_ is not None and round_.stage not in _asking(item),
        is_item_withdrawn=item.state == ItemState.WITHDRAWN,
        was_result_told=bool(item.expected) and campaign.judging.is_result_shown,
        is_review_over=round_ is not None
        and round_.stage == Stage.REVIEW
        and round_.review_closed_at is not None,
        is_decided=(item.annotators > 1 and is_adjudicated(item)) or _is_corrected(annotation),
        is_sent_back=bool(note_of(annotation)),
        is_by_review=item.is_by_review,
        has_campaign_ended=campaign.has_ended,
    )


def note_of(annotation: Annotation) -> str:
    """Return what a reviewer says who has sent the answer back; empty where it was not."""
    review = _review_of(annotation)
    is_sent_back = review is not None and review.sent_back_to_id == annotation.assignment_id
    return review.note if review and is_sent_back else ""


def _is_corrected(annotation: Annotation) -> bool:
    review = _review_of(annotation)
    return review is not None and review.outcome == ReviewOutcome.CORRECTED


def _review_of(annotation: Annotation) -> Review | None:
    """The item's review, read with the annotation."""
    return getattr(annotation.assignment.item, "review", None)


def _asking(item: ReviewItem) -> list[Stage]:
    """Return the stages in which nobody has made anything of answers to this item yet."""
    return GATED if item.query.split == Split.HELD_OUT else ASKING
