"""What people say of responses and comments becomes judgements and verdicts."""

from collections.abc import Mapping

from oversight.models import Choice, CommentVerdict, Judgement, ReviewItem, Source, User

P_A_BETTER = {Choice.A: 1.0, Choice.B: 0.0, Choice.TIE: 0.5, Choice.BOTH_BAD: 0.5}


def record_judgement(
    *,
    item: ReviewItem,
    user: User,
    choice: Choice,
    strength: int | None,
    order_shown: str,
    was_critique_shown: bool,
    rationale: str = "",
    seconds: float | None = None,
    verdicts: Mapping[int, str] | None = None,
) -> Judgement:
    """Write what one person said of an item. Call inside the transaction that closes the lease.

    `choice` is in the record's order, whatever the order shown; `strength` (1 to 3) goes with a or
    b only. `verdicts` maps ids of comments, which the caller has checked, to a `Verdict`.
    """
    if (strength is not None) != (choice in (Choice.A, Choice.B)):
        raise ValueError(f"strength {strength!r} does not go with the choice {choice!r}")
    judgement = Judgement.objects.create(
        item=item,
        round_id=item.round_id,
        query_id=item.query_id,
        response_a_id=item.response_a_id,
        response_b_id=item.response_b_id,
        source=Source.SIMULATED if user.is_simulated else Source.PERSON,
        user=user,
        p_a_better=P_A_BETTER[choice],
        choice=choice,
        strength=strength,
        rationale=rationale,
        order_shown=order_shown,
        was_critique_shown=was_critique_shown,
        propensity=item.decision.propensity if item.decision else None,
        seconds=seconds,
    )
    CommentVerdict.objects.bulk_create(
        CommentVerdict(judgement=judgement, comment_id=comment_id, verdict=verdict)
        for comment_id, verdict in (verdicts or {}).items()
    )
    return judgement
