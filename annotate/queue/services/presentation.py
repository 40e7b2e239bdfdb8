"""What is drawn once for a person and an item, and stored with the lease."""

from random import Random, SystemRandom

from annotate.queue.policies.presentation import draw_arm, draw_order
from oversight.models import Arm, Campaign, ItemKind, ReviewItem

WITHOUT_ARMS = [ItemKind.STEPS, ItemKind.CRITIQUE_RATING]


def draw_presentation(
    *, item: ReviewItem, campaign: Campaign, has_critique: bool, rng: Random | None = None
) -> dict[str, object]:
    """Return the fields of an Assignment that are drawn: order, arm and the arm's probability.

    Without a critique there is nothing to hide or to show late: the one arm has probability 1.
    """
    rng = rng or SystemRandom()
    order = draw_order(_shown_count(item), rng)
    if item.kind in WITHOUT_ARMS or not has_critique:
        return {"order_shown": order, "arm": Arm.SHOWN, "arm_propensity": 1.0}
    group = campaign.measuring
    shares: dict[str, float] = {
        Arm.HIDDEN: group.hidden_share,
        Arm.BLIND_FIRST: group.blind_first_share,
        Arm.EVIDENCE: group.evidence_share,
    }
    arm, propensity = draw_arm(shares, Arm.SHOWN, rng)
    return {"order_shown": order, "arm": arm, "arm_propensity": propensity}


def _shown_count(item: ReviewItem) -> int:
    if item.kind == ItemKind.CRITIQUE_RATING:
        return item.critiques.count()
    return len(item.response_ids)
