"""How far a person is with the gold items that a campaign asks for first."""

from dataclasses import dataclass

from django.db.models import QuerySet

from annotate.care.selectors.exposure import left_out_categories, opted_out
from annotate.models import QualificationAnswer
from oversight.models import Campaign, ItemKind, ItemState, ReviewItem, User


@dataclass(frozen=True)
class Qualification:
    """Of the attempt at work or just ended: `answered` of `needed`, `right` of them.

    `needed` is less than the campaign asks for where there are too few gold items to go on with, and
    0 where there are too few to begin: nobody is kept out by what is not there.
    """

    needed: int
    answered: int
    right: int
    share: float

    @property
    def is_passed(self) -> bool:
        return self.is_over and self.right >= self.share * self.needed

    @property
    def is_over(self) -> bool:
        return self.answered >= self.needed


def qualification_of(user: User, campaign: Campaign) -> Qualification:
    """Answers count in attempts of `qualification_items`; after a failed one the next begins.

    A failed attempt is over until more gold items can be tried.
    """
    size = campaign.judging.qualification_items
    if not size:
        return _status(campaign, [], 0)
    answers = QualificationAnswer.objects.filter(user=user, campaign=campaign).order_by("pk")
    results = list(answers.values_list("is_right", flat=True))
    attempts = [results[at : at + size] for at in range(0, len(results), size)] or [[]]
    status = _status(campaign, attempts[-1], size)
    if status.is_passed:
        return status
    left = practice_items(user, campaign).count()
    if status.is_over:
        return _status(campaign, [], size) if left >= size else status
    if not results and left < size:
        return _status(campaign, [], 0)
    return _status(campaign, attempts[-1], min(size, status.answered + left))


def _status(campaign: Campaign, results: list[bool], needed: int) -> Qualification:
    return Qualification(needed, len(results), sum(results), campaign.judging.qualification_share)


def next_practice_item(user: User, campaign: Campaign) -> ReviewItem | None:
    """Return what to practise on now; None too where the rest is more than the day's exposure."""
    left_out = left_out_categories(user, campaign)
    return practice_items(user, campaign).exclude(query__node__in=left_out).first()


def practice_items(user: User, campaign: Campaign) -> QuerySet[ReviewItem]:
    """Gold pairs for practice that the person has not answered yet.

    None that waits in the queue: somebody is going to be measured by it. Kinds of query that they
    opted out of are left out here too.
    """
    left_out = opted_out(user, campaign) if campaign.care.harm_by_category else ()
    seen = QualificationAnswer.objects.filter(user=user, campaign=campaign).values("item")
    return (
        ReviewItem.objects.filter(
            campaign=campaign,
            kind=ItemKind.GOLD,
            state=ItemState.PRACTICE,
            response_b__isnull=False,
            response_c__isnull=True,
        )
        .exclude(expected="")
        .exclude(pk__in=seen)
        .exclude(query__node__in=left_out)
        .select_related("query", "response_a", "response_b")
        .order_by("pk")
    )
