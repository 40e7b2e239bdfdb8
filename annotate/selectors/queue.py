"""Who may annotate what, and how much of it there is."""

from dataclasses import dataclass

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from annotate.models import Assignment, AssignmentState
from oversight.models import Campaign, ItemKind, ItemState, MemberRole, Principle, ReviewItem, User
from oversight.models.campaigns import CampaignQuerySet
from oversight.models.feedback import ReviewItemQuerySet

ANNOTATING_ROLES = [MemberRole.ANNOTATOR, MemberRole.ADMIN]


@dataclass(frozen=True)
class Progress:
    """`judged` items by this person, `open` ones that they could still judge (their lease too)."""

    judged: int
    open: int

    @property
    def total(self) -> int:
        return self.judged + self.open


def annotatable_campaigns(user: User) -> CampaignQuerySet:
    """Campaigns at work in which the person is an annotator or an admin."""
    return Campaign.objects.filter(
        pk__in=user.memberships.filter(role__in=ANNOTATING_ROLES).values("campaign"),
        archived_at__isnull=True,
    )


def assignments_of(user: User) -> QuerySet[Assignment]:
    """Assignments of the person, in any state, in campaigns where they may still annotate."""
    return (
        Assignment.objects.held_by(user)
        .filter(item__campaign__in=annotatable_campaigns(user))
        .select_related("annotator", "item__campaign")
    )


def current_assignment(user: User, campaign: Campaign) -> Assignment | None:
    """What the person holds, overdue or not: until the seat is released it is theirs."""
    return (
        Assignment.objects.held_by(user)
        .filter(state=AssignmentState.LEASED, item__campaign=campaign, item__state=ItemState.OPEN)
        .order_by("pk")
        .first()
    )


def items_offered(user: User) -> ReviewItemQuerySet:
    """Open items with a free seat that the person has not held, or whose lease they let expire."""
    held = Assignment.objects.held_by(user).exclude(state=AssignmentState.EXPIRED)
    return (
        ReviewItem.objects.with_free_seats()
        # Nobody rates a critique that they wrote.
        .exclude(kind=ItemKind.CRITIQUE_RATING, critiques__author=user)
        .exclude(pk__in=held.values("item"))
    )


def progress_of(user: User, campaign: Campaign) -> Progress:
    counts = (
        Assignment.objects.held_by(user)
        .filter(item__campaign=campaign)
        .aggregate(
            judged=Count("pk", filter=Q(state=AssignmentState.SUBMITTED)),
            leased=Count("pk", filter=Q(state=AssignmentState.LEASED, item__state=ItemState.OPEN)),
        )
    )
    offered = items_offered(user).filter(campaign=campaign).count()
    return Progress(judged=counts["judged"], open=offered + counts["leased"])


def campaigns_with_progress(user: User) -> CampaignQuerySet:
    """The person's campaigns with `judged_count` and `open_count`, in one query."""
    mine = Assignment.objects.held_by(user)
    judged = mine.filter(state=AssignmentState.SUBMITTED)
    leased = mine.filter(state=AssignmentState.LEASED, item__state=ItemState.OPEN)
    return annotatable_campaigns(user).annotate(
        judged_count=_count(judged, "item__campaign"),
        open_count=_count(items_offered(user), "campaign") + _count(leased, "item__campaign"),
    )


def _count(rows: "QuerySet[Assignment] | QuerySet[ReviewItem]", campaign: str) -> Coalesce:
    counted = (
        rows.order_by()
        .filter(**{campaign: OuterRef("pk")})
        .annotate(of_campaign=F(campaign))
        .values("of_campaign")
        .annotate(rows=Count("pk"))
    )
    return Coalesce(Subquery(counted.values("rows")), 0)


def current_principles(campaign: Campaign) -> QuerySet[Principle]:
    return Principle.objects.filter(campaign=campaign, retired_at__isnull=True)
