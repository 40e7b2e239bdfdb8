"""What people say of responses and comments becomes judgements and verdicts."""

from collections.abc import Collection, Mapping

from django.utils import timezone

from oversight.feedback.services.rewrites import retract_rewrites
from oversight.models import (
    BlindAnswer,
    Choice,
    CommentAction,
    Judgement,
    ReviewItem,
    Source,
    User,
)
from oversight.statements import Statement, insert

VERDICTS = Statement(
    """
    INSERT INTO oversight_commentverdict (judgement_id, comment_id, verdict, action, created_at)
    SELECT %(judgement)s, said.*, %(now)s
    FROM unnest(%(comments)s::bigint[], %(verdicts)s::text[], %(actions)s::text[]) said
    """
)
SIDES = [Choice.A, Choice.B]


def record_judgement(
    *,
    item: ReviewItem,
    user: User,
    order_shown: str,
    choice: Choice | None = None,
    strength: int | None = None,
    was_critique_shown: bool | None = None,
    arm: str = "",
    arm_propensity: float | None = None,
    rationale: str = "",
    seconds: float | None = None,
    verdicts: Mapping[int, str] | None = None,
    edited: Collection[int] = (),
    deleted: Collection[int] = (),
    supersedes: Judgement | None = None,
) -> Judgement:
    """Write what one person said of an item. Call inside the transaction that closes the lease.

    `choice` is in the record's order, whatever the order shown; None where nothing was compared.
    `strength` (1 to 3) goes with a or b of two responses only. `verdicts` maps ids of comments,
    which the caller has checked, to a `Verdict`; `edited` and `deleted` are ids of comments too.
    """
    is_one_of_two = choice in SIDES and len(item.response_ids) == 2
    if (strength is not None) != is_one_of_two:
        raise ValueError(f"strength {strength!r} does not go with the choice {choice!r}")
    judgement = Judgement(
        item=item,
        round_id=item.round_id,
        query_id=item.query_id,
        response_a_id=item.response_a_id,
        response_b_id=item.response_b_id,
        source=Source.SIMULATED if user.is_simulated else Source.PERSON,
        user=user,
        p_a_better=_p_a_better(choice, len(item.response_ids)),
        choice=choice or "",
        strength=strength,
        rationale=rationale,
        order_shown=order_shown,
        was_critique_shown=was_critique_shown,
        arm=arm,
        arm_propensity=arm_propensity,
        propensity=item.decision.propensity if item.decision else item.propensity,
        seconds=seconds,
        supersedes=supersedes,
    )
    insert(judgement)
    _record_verdicts(judgement, verdicts or {}, edited, deleted)
    return judgement


def retract_judgement(judgement: Judgement, *, reason: str = "") -> Judgement:
    """Supersede what somebody said by nothing. Call inside the transaction that settles the item.

    `reason`: why, where it was not the person themselves who took it back.
    """
    retraction = Judgement.objects.create(
        item_id=judgement.item_id,
        round_id=judgement.round_id,
        query_id=judgement.query_id,
        response_a_id=judgement.response_a_id,
        response_b_id=judgement.response_b_id,
        source=judgement.source,
        user_id=judgement.user_id,
        rationale=reason,
        supersedes=judgement,
        is_retraction=True,
    )
    retract_rewrites(judgement=retraction, kept=())
    return retraction


def record_blind_answer(
    *,
    item: ReviewItem,
    user: User,
    choice: Choice,
    strength: int | None,
    order_shown: str,
    rationale: str = "",
    seconds: float | None = None,
) -> BlindAnswer:
    """Keep what the person answered before seeing the critique; the first such answer stands."""
    answer, _ = BlindAnswer.objects.get_or_create(
        item=item,
        user=user,
        defaults={
            "choice": choice,
            "strength": strength,
            "order_shown": order_shown,
            "rationale": rationale,
            "seconds": seconds,
        },
    )
    return answer


def _p_a_better(choice: Choice | None, responses: int) -> float | None:
    """Among several, a tie or `all bad` says as little of a against b as a third one's win does."""
    if choice in SIDES:
        return 1.0 if choice == Choice.A else 0.0
    return 0.5 if choice in (Choice.TIE, Choice.BOTH_BAD) and responses == 2 else None


def _record_verdicts(
    judgement: Judgement,
    verdicts: Mapping[int, str],
    edited: Collection[int],
    deleted: Collection[int],
) -> None:
    actions = dict.fromkeys(verdicts, CommentAction.KEPT)
    actions |= dict.fromkeys(edited, CommentAction.EDITED)
    actions |= dict.fromkeys(deleted, CommentAction.DELETED)
    if actions:
        VERDICTS.run(
            judgement=judgement.pk,
            comments=list(actions),
            verdicts=[verdicts.get(comment_id, "") for comment_id in actions],
            actions=list(actions.values()),
            now=timezone.now(),
        )
