"""Campaigns with how far each has come."""

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from oversight.models import Campaign, ItemState, Query, ReviewItem, Round, User


def campaigns_with_progress(user: User) -> QuerySet[Campaign]:
    """Return the person's campaigns, each with counts of its own and its latest round.

    Annotates `query_count`, `item_count`, `closed_item_count`, `round_number` and `round_stage`.
    """
    latest = Round.objects.filter(campaign=OuterRef("pk")).order_by("-number")
    items = ReviewItem.objects.exclude(state=ItemState.WITHDRAWN)
    return (
        Campaign.objects.visible_to(user)
        .annotate(
            query_count=_count(Query.objects.usable()),
            item_count=_count(items),
            closed_item_count=_count(items.filter(state=ItemState.CLOSED)),
            round_number=Subquery(latest.values("number")[:1]),
            round_stage=Subquery(latest.values("stage")[:1]),
        )
        .order_by("archived_at", "-created_at", "-pk")
    )


def _count(rows: QuerySet[Query] | QuerySet[ReviewItem]) -> Coalesce:
    """Count a campaign's rows apart: two joins in one query would multiply each other."""
    counts = (
        rows.filter(campaign=OuterRef("pk"))
        .order_by()
        .values("campaign")
        .annotate(n=Count("pk"))
        .values("n")
    )
    return Coalesce(Subquery(counts, output_field=IntegerField()), 0)
