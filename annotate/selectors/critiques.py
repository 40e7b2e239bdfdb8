"""Which critiques of an item may be shown."""

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Q, QuerySet

from oversight.models import Comment, Critique, ReviewItem


def critiques_of(item: ReviewItem) -> QuerySet[Critique]:
    """Critiques by models, newest first; only of the round's critic, where it has one."""
    pair = [item.response_a_id, item.response_b_id]
    rows = Critique.objects.filter(
        Q(other_response__isnull=True) | Q(other_response__in=pair),
        response__in=pair,
        version__isnull=False,
    )
    if item.round and item.round.critic_id:
        rows = rows.filter(version=item.round.critic_id)
    return rows.order_by("-created_at", "-pk")


def newest_critiques(item: ReviewItem) -> dict[int, Critique]:
    """The newest critique of each response, by the response's id."""
    rows = critiques_of(item).order_by("response", "-created_at", "-pk").distinct("response")
    return {row.response_id: row for row in rows}


def comments_by_critique(critiques: Iterable[Critique]) -> dict[int, list[Comment]]:
    """The comments of each critique in order, with their principles. One query for all."""
    rows = Comment.objects.filter(critique__in=[critique.pk for critique in critiques])
    grouped: dict[int, list[Comment]] = defaultdict(list)
    for row in rows.select_related("principle").order_by("critique", "number"):
        grouped[row.critique_id].append(row)
    return grouped
