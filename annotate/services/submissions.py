"""A person's answer becomes an annotation, a judgement and verdicts, once."""

import logging
from collections.abc import Mapping, Sequence
from uuid import UUID

from celery import current_app
from django.db import IntegrityError, transaction
from django.utils import timezone
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from annotate.errors import AlreadyAnswered, ItemGone, LeaseExpired, NotShown
from annotate.models import Annotation, Assignment, AssignmentState
from annotate.selectors.critiques import critiques_of
from annotate.services.leases import lock_item_and_assignment
from oversight.models import Choice, Comment, ItemState, ReviewItem
from oversight.services.feedback import record_judgement
from oversight.services.preferences import conclude_item

logger = logging.getLogger(__name__)


def submit_annotation(
    *,
    assignment: Assignment,
    submission: UUID,
    choice: Choice,
    strength: int | None,
    verdicts: Mapping[int, str],
    critiques_shown: Sequence[int] = (),
    rationale: str = "",
    seconds: float | None = None,
) -> Annotation:
    """Write the answer and return it once it is committed.

    `choice` is in the record's order. The same submission sent again returns what it wrote the
    first time. Raises NotShown, LeaseExpired (the seat is taken), ItemGone or AlreadyAnswered.
    """
    payload = {
        "choice": choice,
        "strength": strength,
        "verdicts": {str(pk): verdict for pk, verdict in verdicts.items()},
        "critiques_shown": list(critiques_shown),
        "order_shown": assignment.order_shown,
        "rationale": rationale,
        "seconds": seconds,
    }
    try:
        with transaction.atomic():
            item, current = lock_item_and_assignment(assignment)
            if earlier := _earlier(current, submission):
                return earlier
            _check_state(item, current)
            was_critique_shown = _check_shown(item, critiques_shown, verdicts)
            judgement = record_judgement(
                item=item,
                user=current.annotator,
                choice=choice,
                strength=strength,
                order_shown=current.order_shown,
                was_critique_shown=was_critique_shown,
                rationale=rationale,
                seconds=seconds,
                verdicts=verdicts,
            )
            annotation = Annotation.objects.create(
                assignment=current, submission=submission, payload=payload, judgement=judgement
            )
            _settle(item, current)
            return annotation
    except IntegrityError as error:
        # The submission's id is unique over all assignments: a forged or copied one ends here.
        if earlier := _earlier(assignment, submission):
            return earlier
        raise AlreadyAnswered("This form was sent before, for another item.") from error


def _earlier(assignment: Assignment, submission: UUID) -> Annotation | None:
    return Annotation.objects.filter(assignment=assignment, submission=submission).first()


def _check_state(item: ReviewItem, assignment: Assignment) -> None:
    if assignment.state == AssignmentState.SUBMITTED:
        raise AlreadyAnswered("You have judged this item already; your first answer stands.")
    if assignment.state == AssignmentState.SKIPPED:
        raise AlreadyAnswered("You have skipped this item; somebody else gets it.")
    is_late = assignment.state == AssignmentState.EXPIRED
    if item.state == ItemState.WITHDRAWN or (item.state == ItemState.CLOSED and not is_late):
        raise ItemGone("This item was closed meanwhile. Your answer was not needed, nor saved.")
    if is_late and (item.state == ItemState.CLOSED or item.seats_free < 1):
        raise LeaseExpired(
            "Your time for this item ran out, and it went to somebody else or was closed."
        )


def _check_shown(
    item: ReviewItem, critiques_shown: Sequence[int], verdicts: Mapping[int, str]
) -> bool:
    """Return whether a readable critique was shown; raise NotShown for what was not of the item."""
    critiques = {critique.pk: critique for critique in critiques_of(item)}
    if unknown := set(critiques_shown) - critiques.keys():
        raise NotShown(f"Critiques {sorted(unknown)} do not belong to item {item.pk}.")
    shown = Comment.objects.filter(critique__in=critiques_shown).values_list("pk", flat=True)
    if unknown := set(verdicts) - set(shown):
        raise NotShown(f"Comments {sorted(unknown)} were not shown with item {item.pk}.")
    return any(critiques[pk].verdict is not None for pk in critiques_shown)


def _settle(item: ReviewItem, assignment: Assignment) -> None:
    """Take the seat for good, and close the item with its last one."""
    if assignment.state == AssignmentState.EXPIRED:
        item.seats_free -= 1
    assignment.state = AssignmentState.SUBMITTED
    assignment.save(update_fields=["state"])
    submitted = Assignment.objects.filter(item=item, state=AssignmentState.SUBMITTED).count()
    if submitted >= item.annotators:
        item.state, item.closed_at = ItemState.CLOSED, timezone.now()
    item.save(update_fields=["seats_free", "state", "closed_at"])
    if item.state == ItemState.CLOSED:
        conclude_item(item=item)
        if item.round_id is not None:
            transaction.on_commit(_wake_coordinator)


def _wake_coordinator() -> None:
    """Only saves the loop some seconds: the coordinator looks at the rows on its own beat too."""
    try:
        current_app.send_task("oversight.tasks.coordinate", queue="control")
    except (OperationalError, RedisError, OSError) as error:
        logger.warning("The coordinator was not woken, its next beat will do: %s", error)
