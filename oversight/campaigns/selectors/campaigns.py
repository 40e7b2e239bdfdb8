"""Campaigns with how far each has come."""

from django.db.models import F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from oversight.models import Campaign, ItemState, Round, Tally, User


def campaigns_with_progress(user: User) -> QuerySet[Campaign]:
    """Return the person's campaigns, each with counts of its own and its latest round.

    Active ones come first, then those that are paused, then what has ended.

    Annotates `query_count`, `item_count`, `closed_item_count`, `round_number` and `round_stage`.
    """
    latest = Round.objects.filter(campaign=OuterRef("pk")).order_by("-number")
    return (
        Campaign.objects.visible_to(user)
        .annotate(
            query_count=_count("query", Q(name__endswith="/rejected")),
            item_count=_count("item", Q(name__endswith=f"/{ItemState.WITHDRAWN}")),
            closed_item_count=_count("item", ~Q(name__endswith=f"/{ItemState.CLOSED}")),
            round_number=Subquery(latest.values("number")[:1]),
            round_stage=Subquery(latest.values("stage")[:1]),
        )
        .order_by(
            F("finished_at").asc(nulls_first=True),
            F("paused_at").asc(nulls_first=True),
            *("-created_at", "-pk"),
        )
    )


def _count(of: str, left_out: Q) -> Coalesce:
    """Add up the campaign's tallies of this kind, which cost the same however many are counted."""
    rows = Tally.objects.filter(campaign=OuterRef("pk"), name__startswith=f"{of}/")
    counts = rows.exclude(left_out).order_by().values("campaign").annotate(total=Sum("n"))
    return Coalesce(Subquery(counts.values("total"), output_field=IntegerField()), 0)
