"""What a person is to be spared: categories left out, the day's exposure."""

from datetime import datetime

from django.utils import timezone

from annotate.models import Assignment, OptOut, QualificationAnswer
from oversight.models import Campaign, User


def left_out_categories(user: User, campaign: Campaign) -> tuple[str, ...]:
    """Categories that the person opted out of; all tagged ones where the day's budget is spent."""
    tagged = tuple(campaign.care.harm_by_category)
    if not tagged:
        return ()
    if budget_is_spent(user, campaign):
        return tagged
    return opted_out(user, campaign)


def budget_is_spent(user: User, campaign: Campaign) -> bool:
    """Whether the person has been shown as much of tagged categories today as is allowed."""
    budget = campaign.care.exposure_budget
    if budget is None or not campaign.care.harm_by_category:
        return False
    return exposures_today(user, campaign) >= budget


def opted_out(user: User, campaign: Campaign) -> tuple[str, ...]:
    rows = OptOut.objects.filter(user=user, campaign=campaign).order_by("category")
    return tuple(rows.values_list("category", flat=True))


def exposures_today(user: User, campaign: Campaign) -> int:
    """Items of tagged categories since midnight: leased, whatever became of them, for they were
    shown; and practised on.
    """
    leased = Assignment.objects.held_by(user).filter(campaign=campaign).exclude(harm="")
    practised = QualificationAnswer.objects.filter(
        user=user, campaign=campaign, item__query__node__in=list(campaign.care.harm_by_category)
    )
    since = _midnight()
    return (
        leased.filter(leased_at__gte=since).count()
        + practised.filter(created_at__gte=since).count()
    )


def _midnight() -> datetime:
    return timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
