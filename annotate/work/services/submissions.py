"""A person's answer becomes an annotation, a judgement and verdicts, once."""

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from celery import current_app
from django.db import IntegrityError, transaction
from django.utils import timezone
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from annotate.card.answers import Extras
from annotate.errors import (
    AlreadyAnswered,
    CorrectedMeanwhile,
    ItemGone,
    LeaseExpired,
    NotShown,
)
from annotate.models import Annotation, Assignment, AssignmentState, Draft
from annotate.queue.selectors.critiques import check_shown
from annotate.queue.services.leases import lock_item_and_assignment
from annotate.work.policies.active_time import believed_seconds
from annotate.work.policies.resubmission import says_the_same
from annotate.work.selectors.history import retraction_of, standing_annotation
from annotate.work.selectors.past import choice_words, standing_words
from annotate.work.services.corrections import annotation_to_correct, follow_correction
from annotate.work.services.extras import record_extras, resolve_changes
from oversight.feedback.services.judgements import record_blind_answer, record_judgement
from oversight.feedback.services.settling import settle_item
from oversight.models import Arm, BlindAnswer, Choice, ItemState, Judgement, ReviewItem
from oversight.statements import Statement, insert

logger = logging.getLogger(__name__)

TAKEN = Statement(
    """
    WITH submitted AS (
        UPDATE annotate_assignment SET state = 'submitted' WHERE id = %(assignment)s)
    UPDATE oversight_reviewitem
    SET seats_free = %(seats_free)s, state = %(state)s, closed_at = %(closed_at)s
    WHERE id = %(item)s
    """
)

# With the judgement that the new one supersedes, where it is a correction.
Writer = Callable[[ReviewItem, Assignment, Judgement | None], Judgement]


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
    extras: Extras | None = None,
    corrects: int | None = None,
) -> Annotation:
    """Write a comparison and return it once it is committed.

    `choice` is in the record's order. The same submission sent again returns what it wrote the
    first time, as long as it says the same and that stands. Raises NotShown, LeaseExpired (the seat
    is taken), ItemGone, or AlreadyAnswered, which says what stands.
    `corrects` is the id of the person's own annotation that this one supersedes: then
    CorrectionRefused and CorrectedMeanwhile are raised instead.
    """
    said = extras or Extras()
    seconds = believed(assignment, seconds)
    payload = comparison_payload(
        order_shown=assignment.order_shown,
        choice=choice,
        strength=strength,
        verdicts=verdicts,
        critiques_shown=critiques_shown,
        rationale=rationale,
        seconds=seconds,
        extras=said,
    )

    def write(item: ReviewItem, current: Assignment, former: Judgement | None) -> Judgement:
        return record_comparison(
            item=item,
            assignment=current,
            choice=choice,
            strength=strength,
            verdicts=verdicts,
            critiques_shown=critiques_shown,
            rationale=rationale,
            seconds=seconds,
            extras=said,
            supersedes=former,
        )

    return take_answer(assignment, submission, payload, write, corrects)


def comparison_payload(
    *,
    order_shown: str,
    choice: Choice,
    strength: int | None,
    verdicts: Mapping[int, str],
    critiques_shown: Sequence[int],
    rationale: str,
    seconds: float | None,
    extras: Extras,
) -> dict[str, Any]:
    """Return a comparison as an annotation keeps it."""
    return {
        "choice": choice,
        "strength": strength,
        "verdicts": {str(pk): verdict for pk, verdict in verdicts.items()},
        "critiques_shown": list(critiques_shown),
        "order_shown": order_shown,
        "rationale": rationale,
        "seconds": seconds,
        **extras.payload(),
    }


def record_comparison(
    *,
    item: ReviewItem,
    assignment: Assignment,
    choice: Choice,
    strength: int | None,
    verdicts: Mapping[int, str],
    critiques_shown: Sequence[int],
    rationale: str,
    seconds: float | None,
    extras: Extras,
    supersedes: Judgement | None = None,
) -> Judgement:
    """Write the judgement of a comparison with all that goes with it. Call inside a transaction."""
    _check_arm(item, assignment, critiques_shown)
    comment_ids = {*verdicts, *extras.deleted, *extras.changes}
    was_critique_shown = check_shown(item, critiques_shown, comment_ids)
    changes = resolve_changes(extras)
    judgement = record_judgement(
        item=item,
        user=assignment.annotator,
        choice=choice,
        strength=strength,
        order_shown=assignment.order_shown,
        was_critique_shown=was_critique_shown,
        arm=assignment.arm,
        arm_propensity=assignment.arm_propensity,
        rationale=rationale,
        seconds=seconds,
        verdicts=verdicts,
        edited=changes.keys(),
        deleted=extras.deleted,
        supersedes=supersedes,
    )
    record_extras(judgement=judgement, item=item, extras=extras, changes=changes)
    return judgement


def answer_blind(
    *,
    assignment: Assignment,
    choice: Choice,
    strength: int | None,
    rationale: str = "",
    seconds: float | None = None,
) -> BlindAnswer:
    """Keep the answer given before the critique is shown; the same one sent twice is one.

    Raises what `submit_annotation` raises: AlreadyAnswered where another one was kept before,
    NotShown too where the arm is another.
    """
    with transaction.atomic():
        item, current = lock_item_and_assignment(assignment)
        if current.arm != Arm.BLIND_FIRST:
            raise NotShown(f"Item {item.pk} is answered once only.")
        _check_state(item, current)
        kept = record_blind_answer(
            item=item,
            user=current.annotator,
            choice=choice,
            strength=strength,
            order_shown=current.order_shown,
            rationale=rationale,
            seconds=believed(assignment, seconds),
        )
    if (kept.choice, kept.strength, kept.rationale) != (choice, strength, rationale):
        words = choice_words(kept.choice, kept.strength, kept.order_shown)
        raise AlreadyAnswered(
            f"Not saved: you have answered this without the critique before, and that stands: {words}."
        )
    return kept


def believed(assignment: Assignment, seconds: float | None) -> float | None:
    return believed_seconds(seconds, since=assignment.leased_at, now=timezone.now())


def take_answer(
    assignment: Assignment,
    submission: UUID,
    payload: dict[str, Any],
    write: Writer,
    corrects: int | None = None,
) -> Annotation:
    """Write an answer once, under the locks, and take the seat for good; a correction has it."""
    try:
        with transaction.atomic():
            item, current = lock_item_and_assignment(assignment)
            # Only what was submitted once has an annotation: others need not be asked for theirs.
            was_over = current.state == AssignmentState.SUBMITTED or current.was_taken_back
            if was_over and (earlier := _earlier(current, submission)):
                return _sent_again(earlier, payload, corrects)
            former = _former(item, current, corrects)
            before = former or (retraction_of(current) if current.was_taken_back else None)
            annotation = insert(
                Annotation(
                    assignment=current,
                    submission=submission,
                    payload=payload,
                    judgement=write(item, current, before.judgement if before else None),
                    supersedes=before,
                )
            )
            if former:
                # The draft was of this correction.
                Draft.objects.filter(assignment=current).delete()
                settle_item(item=item)
            else:
                _take_seat(item, current)
            if before:
                follow_correction(current)
            return annotation
    except IntegrityError as error:
        # The submission's id is unique over all assignments: a forged or copied one ends here.
        if Annotation.objects.filter(submission=submission).exists():
            raise AlreadyAnswered(
                "Not saved: this form was sent before, for another item."
            ) from error
        raise


def _earlier(assignment: Assignment, submission: UUID) -> Annotation | None:
    return Annotation.objects.filter(assignment=assignment, submission=submission).first()


def _sent_again(earlier: Annotation, payload: dict[str, Any], corrects: int | None) -> Annotation:
    """Return what this submission wrote before, if it says the same and that stands still.

    Tabs that were restored from one draft have one submission id, and may say different things.
    """
    standing = standing_annotation(earlier.assignment)
    if standing is None:
        raise AlreadyAnswered(
            "Not saved: you have taken this answer back since. It is asked again."
        )
    if standing == earlier and says_the_same(earlier.payload, payload):
        return earlier
    if corrects is not None:
        raise CorrectedMeanwhile(standing_words(standing))
    raise AlreadyAnswered(f"Not saved. {standing_words(standing)}")


def _former(item: ReviewItem, current: Assignment, corrects: int | None) -> Annotation | None:
    """Return what is corrected; check that an answer can be taken where nothing is."""
    if corrects is not None:
        return annotation_to_correct(current, corrects)
    _check_state(item, current)
    return None


def _check_state(item: ReviewItem, assignment: Assignment) -> None:
    if assignment.state == AssignmentState.SUBMITTED:
        standing = standing_annotation(assignment)
        words = standing_words(standing) if standing else "You have judged this item already."
        raise AlreadyAnswered(f"Not saved. {words}")
    if assignment.state == AssignmentState.SKIPPED:
        raise AlreadyAnswered("Not saved: you have skipped this item; somebody else gets it.")
    is_late = assignment.state == AssignmentState.EXPIRED
    if item.state == ItemState.WITHDRAWN or (item.state == ItemState.CLOSED and not is_late):
        raise ItemGone("This item was closed meanwhile. Your answer was not needed, nor saved.")
    if is_late and (item.state == ItemState.CLOSED or item.seats_free < 1):
        raise LeaseExpired(
            "Your time for this item ran out, and it went to somebody else or was closed."
        )


def _check_arm(item: ReviewItem, assignment: Assignment, critiques_shown: Sequence[int]) -> None:
    if assignment.arm in (Arm.HIDDEN, Arm.EVIDENCE) and critiques_shown:
        raise NotShown(f"No critique was shown with item {item.pk}.")
    if assignment.arm != Arm.BLIND_FIRST:
        return
    if not BlindAnswer.objects.filter(item=item, user=assignment.annotator_id).exists():
        raise NotShown("Answer once without the critique first, then again with it.")


def _take_seat(item: ReviewItem, assignment: Assignment) -> None:
    """Take the seat for good, and let follow what the answers mean now."""
    if assignment.state == AssignmentState.EXPIRED:
        item.seats_free -= 1
    assignment.state = AssignmentState.SUBMITTED

    def save() -> None:
        TAKEN.run(
            assignment=assignment.pk,
            item=item.pk,
            seats_free=item.seats_free,
            state=item.state,
            closed_at=item.closed_at,
        )

    settle_item(item=item, save_answered=save)
    if item.state == ItemState.CLOSED and item.round_id is not None:
        transaction.on_commit(_wake_coordinator)


def _wake_coordinator() -> None:
    """Only saves the loop some seconds: the coordinator looks at the rows on its own beat too."""
    try:
        current_app.send_task("oversight.tasks.coordinate", queue="control")
    except (OperationalError, RedisError, OSError) as error:
        logger.warning("The coordinator was not woken, its next beat will do: %s", error)
