"""Where those who judged an item are level, one more person decides; a reviewer may decide any."""

from typing import Any

from oversight.asking.policies.routing import AUDIT_PRIORITY
from oversight.feedback.policies.item_meaning import Meaning, next_step
from oversight.feedback.selectors.item_answers import ItemAnswers
from oversight.models import ItemKind, ItemState, ReviewItem, Withdrawal


def may_be_adjudicated(item: ReviewItem) -> bool:
    return item.annotators > 1 and item.kind == ItemKind.PAIRWISE


def follow_adjudication(answers: ItemAnswers, meaning: Meaning) -> bool:
    """Ask one more person where the answers are level and the campaign wants it, and not where they

    are so no more; return whether that changed anything. Who answered the item is not offered it,
    and what was decided stays so. Call with the item locked.
    """
    item, adjudication = answers.item, answers.adjudication
    if not may_be_adjudicated(item) or answers.decisive:
        return False
    step = next_step(
        meaning,
        # The campaign is read only where it matters.
        is_wanted=meaning.is_level and item.campaign.judging.is_adjudicated,
        state=adjudication.state if adjudication else "",
        withdrawn_because=adjudication.withdrawn_because if adjudication else "",
    )
    if step == "open":
        _open(item)
    elif step == "reopen":
        _set(item, ItemState.OPEN, "")
    elif step == "withdraw":
        _set(item, ItemState.WITHDRAWN, Withdrawal.NOT_NEEDED)
    return step is not None


def _set(item: ReviewItem, state: ItemState, because: str) -> None:
    """Seats and leases stay as they are: whoever held it holds it again once it is open."""
    ReviewItem.objects.filter(adjudicates=item).update(state=state, withdrawn_because=because)


def adjudication_by_review(item: ReviewItem) -> ReviewItem:
    """Return what a reviewer's decision of a locked item is written to: its adjudication, locked and not
    withdrawn, or a new one, that nobody else is asked about."""
    found = ReviewItem.objects.select_for_update(no_key=True).filter(adjudicates=item).first()
    if found is None:
        found = _open(item, is_by_review=True, seats_free=0)
    elif found.state == ItemState.WITHDRAWN:
        _set(item, ItemState.OPEN, "")
        found.refresh_from_db(fields=["state", "withdrawn_because"])
    found.adjudicates = item
    return found


def _open(item: ReviewItem, **fields: Any) -> ReviewItem:
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
        asks_flaws=item.asks_flaws,
        **fields,
    )
