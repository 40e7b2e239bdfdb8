"""Where those who judged an item are level, one more person decides."""

from collections import Counter
from collections.abc import Iterable

from oversight.models import Choice, ItemKind, ItemState, Judgement, ReviewItem
from oversight.policies.routing import AUDIT_PRIORITY

PREFERENCES = [Choice.A, Choice.B, Choice.C, Choice.D]


def open_adjudication(*, item: ReviewItem) -> ReviewItem | None:
    """Ask one more person where the campaign wants it and the closed item's answers are level.

    Who answered the item is not offered it. Call inside the transaction that closed the item.
    """
    if item.annotators < 2 or item.kind != ItemKind.PAIRWISE or not item.campaign.is_adjudicated:
        return None
    said = Judgement.objects.standing().filter(item=item).values_list("choice", flat=True)
    if not _is_level(said):
        return None
    return ReviewItem.objects.create(
        campaign_id=item.campaign_id,
        round_id=item.round_id,
        kind=ItemKind.ADJUDICATION,
        adjudicates=item,
        query_id=item.query_id,
        response_a_id=item.response_a_id,
        response_b_id=item.response_b_id,
        response_c_id=item.response_c_id,
        response_d_id=item.response_d_id,
        priority=AUDIT_PRIORITY,
    )


def is_adjudicated(item: ReviewItem) -> bool:
    """Whether somebody else has decided what the item's own annotators could not."""
    return ReviewItem.objects.filter(adjudicates=item, state=ItemState.CLOSED).exists()


def _is_level(choices: Iterable[str]) -> bool:
    counts = Counter(choice for choice in choices if choice in PREFERENCES).most_common(2)
    return len(counts) == 2 and counts[0][1] == counts[1][1]
