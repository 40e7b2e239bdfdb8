"""Items come to be reviewed: by the campaign's rules once they are closed, or because somebody asks."""

from collections import Counter, defaultdict
from collections.abc import Sequence

from django.db import transaction
from django.db.models import Q

from annotate.models import (
    Assignment,
    AssignmentState,
    Flag,
    ItemToConsider,
    MoveKind,
    Review,
    ReviewMove,
    ReviewReason,
    ReviewState,
)
from annotate.review.policies.choosing import Answered, Rules, draw, reasons_for
from annotate.review.services.moves import end_withdrawn, lock_review, move
from annotate.review.services.telling import tell_reviewers
from oversight.errors import WrongState
from oversight.feedback.services.settling import lock_item
from oversight.models import (
    BulkAct,
    Campaign,
    ItemKind,
    ItemState,
    Judgement,
    ReviewItem,
    Source,
    User,
)
from oversight.pages.services.act_kinds import DONE, ActKind

LOT = 200


def choose_reviews() -> int:
    """Look at the items that were closed or withdrawn since; return how many reviews began or ended.

    Safe to run twice and side by side: a note is taken once, in the transaction that acts upon it.
    """
    total = 0
    while (done := _choose_lot()) is not None:
        total += done
    return total


@transaction.atomic
def _choose_lot() -> int | None:
    rows = ItemToConsider.objects.select_for_update(skip_locked=True).order_by("pk")[:LOT]
    notes = dict(rows.values_list("pk", "item_id"))
    if not notes:
        return None
    ItemToConsider.objects.filter(pk__in=notes).delete()
    items = ReviewItem.objects.filter(pk__in=notes.values()).select_related("campaign__review")
    found = list(items.order_by("pk"))
    withdrawn = [item.pk for item in found if item.state == ItemState.WITHDRAWN]
    ended = sum(end_withdrawn(item_id=pk) for pk in withdrawn)
    return ended + _begin([item for item in found if item.state == ItemState.CLOSED])


def _begin(items: Sequence[ReviewItem]) -> int:
    answered, begun = _answered(items), Counter[Campaign]()
    for item in items:
        rules = _rules(item.campaign)
        reasons = reasons_for(answered[item.pk], rules)
        if reasons and _add(item, reasons, rules):
            begun[item.campaign] += 1
    for campaign, count in begun.items():
        tell_reviewers(campaign=campaign, count=count)
    return begun.total()


def _add(item: ReviewItem, reasons: Sequence[str], rules: Rules) -> bool:
    """Put the item on the board; return whether it was not there. One review an item, for good."""
    review, is_new = Review.objects.get_or_create(
        item=item,
        defaults={
            "campaign_id": item.campaign_id,
            "reasons": list(reasons),
            "is_random": ReviewReason.RANDOM in reasons,
            "propensity": rules.share or None,
        },
    )
    if is_new:
        _note_first_move(review, by=None)
    return is_new


def _note_first_move(review: Review, *, by: User | None, note: str = "") -> None:
    ReviewMove.objects.create(
        review=review, kind=MoveKind.CHOSEN, to_state=ReviewState.TODO, by=by, note=note
    )


def _rules(campaign: Campaign) -> Rules:
    wanted = campaign.review
    return Rules(
        disagreement=wanted.reviews_disagreement,
        flagged=wanted.reviews_flagged,
        gold_missed=wanted.reviews_gold_missed,
        share=wanted.review_share,
        first=wanted.review_first,
    )


def _answered(items: Sequence[ReviewItem]) -> dict[int, Answered]:
    """Return what is known of each. Rules are about people: what programs answered begins none."""
    said = Judgement.objects.standing().filter(item__in=items, source=Source.PERSON)
    answers: dict[int, list[tuple[int | None, str]]] = defaultdict(list)
    for item_id, user_id, choice in said.values_list("item_id", "user_id", "choice"):
        answers[item_id or 0].append((user_id, choice))
    flagged = set(
        Flag.objects.filter(assignment__item__in=items).values_list(
            "assignment__item_id", flat=True
        )
    )
    return {
        item.pk: Answered(
            choices=[choice for _, choice in answers[item.pk]],
            places=_places(item, [user_id for user_id, _ in answers[item.pk] if user_id]),
            expected=item.expected,
            is_flagged=item.pk in flagged,
            drawn=draw(item.campaign.pseudonym_secret, item.pk),
        )
        for item in items
    }


def _places(item: ReviewItem, people: Sequence[int]) -> list[int]:
    """Return the how manieth answer this was of each person, counted no further than it matters."""
    first = item.campaign.review.review_first
    if not first:
        return []
    mine = Assignment.objects.filter(item=item, annotator__in=people)
    return [
        Assignment.objects.filter(
            annotator=user_id,
            campaign=item.campaign_id,
            state=AssignmentState.SUBMITTED,
            leased_at__lte=leased_at,
        )[: first + 1].count()
        for user_id, leased_at in mine.values_list("annotator_id", "leased_at")
    ]


@transaction.atomic
def ask_for_review(*, item_id: int, by: User, note: str = "") -> Review:
    """Put an item on the board by hand; of an adjudication, the item that it decides.

    One that was reviewed before comes there again; one that is there stays as it is. Raises WrongState
    where there is nothing to review.
    """
    review = _put_on_board(item_id, by, note)
    tell_reviewers(campaign=review.campaign, count=1)
    return review


def _put_on_board(item_id: int, by: User, note: str) -> Review:
    item = lock_item(item_id)
    item = item.adjudicates or item
    if item.state != ItemState.CLOSED:
        raise WrongState("it is not closed, or was withdrawn: closed items alone are reviewed")
    if not Assignment.objects.filter(item=item, state=AssignmentState.SUBMITTED).exists():
        raise WrongState("nobody has answered it here")
    review, is_new = Review.objects.get_or_create(
        item=item, defaults={"campaign_id": item.campaign_id, "reasons": [ReviewReason.BY_HAND]}
    )
    if is_new:
        _note_first_move(review, by=by, note=note)
        return review
    review = lock_review(review.pk)
    if review.state == ReviewState.ADJUDICATED:
        review.outcome, review.reviewer = "", None
        review.reasons = list(dict.fromkeys([ReviewReason.BY_HAND, *review.reasons]))
        move(review, MoveKind.CHOSEN, ReviewState.TODO, by=by, note=note)
    return review


def review_items(act: BulkAct, item_ids: Sequence[int]) -> dict[int, str]:
    outcomes = {pk: _outcome(act, pk) for pk in item_ids}
    if count := list(outcomes.values()).count(DONE):
        tell_reviewers(campaign=act.campaign, count=count)
    return outcomes


def _outcome(act: BulkAct, item_id: int) -> str:
    try:
        _put_on_board(item_id, act.created_by, act.reason)
    except WrongState as error:
        return str(error)
    return DONE


REVIEW = ActKind(
    "review",
    "Have them reviewed",
    "They come to the board of reviews, whatever the rules say: somebody who has not answered them looks "
    "at the answers again.",
    Q(state=ItemState.CLOSED) & ~Q(kind=ItemKind.ADJUDICATION),
    "not closed, or the decision of another item",
    review_items,
)
