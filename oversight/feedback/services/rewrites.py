"""A response that a person wrote in place of another is preferred to it."""

from collections.abc import Collection

from django.db.models import Q, QuerySet

from oversight.feedback.services.preferences import WITHDRAWN
from oversight.models import (
    Judgement,
    Preference,
    PreferenceKind,
    Purpose,
    Response,
    ReviewItem,
    Split,
    not_superseded,
)

TAKEN_BACK = "Whoever wrote it took it back."


def record_rewrite(*, judgement: Judgement, original: Response, text: str) -> Response:
    """Write the rewrite, which names its original, and the preference for it.

    A held-out query gives no preference. The difference is what the two texts, which never change,
    have it to be. What the same person wrote for the same item before is superseded; the same text
    again changes nothing.
    """
    earlier = _standing(judgement).filter(rejected=original).select_related("chosen").first()
    if earlier and earlier.weight and earlier.chosen.text == text:
        return earlier.chosen
    rewrite = Response.objects.create(
        query_id=original.query_id,
        author_id=judgement.user_id,
        revises=original,
        purpose=Purpose.REWRITE,
        text=text,
    )
    if judgement.query.split == Split.TRAIN:
        _write(judgement, rewrite.pk, original.pk, earlier)
    return rewrite


def retract_rewrites(*, judgement: Judgement, kept: Collection[int]) -> None:
    """Supersede, with weight 0, the person's rewrites for the item of originals not in `kept`.

    Call inside the transaction of a correction.
    """
    for earlier in _standing(judgement).filter(weight__gt=0).exclude(rejected__in=kept):
        _write(
            judgement, earlier.chosen_id, earlier.rejected_id, earlier,
            weight=0.0, reason=TAKEN_BACK,
        )  # fmt: skip


def withdraw_rewrites(*, item: ReviewItem) -> bool:
    """Supersede, with weight 0, what anybody wrote for the item or its adjudication; return whether

    anybody had.
    """
    of_item = Q(judgement__item=item) | Q(judgement__item__adjudicates=item)
    standing = _rewrites().filter(of_item, weight__gt=0).select_related("judgement__query")
    rows = list(standing.order_by("pk"))
    for earlier in rows:
        assert earlier.judgement is not None
        _write(
            earlier.judgement, earlier.chosen_id, earlier.rejected_id, earlier,
            weight=0.0, reason=WITHDRAWN,
        )  # fmt: skip
    return bool(rows)


def _standing(judgement: Judgement) -> QuerySet[Preference]:
    return _rewrites().filter(judgement__item=judgement.item_id, judgement__user=judgement.user_id)


def _rewrites() -> QuerySet[Preference]:
    return Preference.objects.filter(not_superseded(Preference), kind=PreferenceKind.REWRITTEN)


def _write(
    judgement: Judgement,
    chosen_id: int,
    rejected_id: int,
    supersedes: Preference | None,
    *,
    weight: float = 1.0,
    reason: str = "",
) -> None:
    Preference.objects.create(
        campaign_id=judgement.query.campaign_id,
        round_id=judgement.round_id,
        query_id=judgement.query_id,
        chosen_id=chosen_id,
        rejected_id=rejected_id,
        source=judgement.source,
        kind=PreferenceKind.REWRITTEN,
        judgement=judgement,
        weight=weight,
        reason=reason,
        supersedes=supersedes,
    )
