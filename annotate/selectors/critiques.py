"""Which critiques of an item may be shown."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from django.db.models import Q, QuerySet

from annotate.errors import NotShown
from oversight.models import Comment, Critique, ReviewItem


def critiques_of(item: ReviewItem) -> QuerySet[Critique]:
    """Critiques by models, newest first; only of the round's critic, where it has one."""
    shown = item.response_ids
    rows = Critique.objects.filter(
        Q(other_response__isnull=True) | Q(other_response__in=shown),
        response__in=shown,
        version__isnull=False,
    )
    if item.round and item.round.critic_id:
        rows = rows.filter(version=item.round.critic_id)
    return rows.order_by("-created_at", "-pk")


def newest_critiques(item: ReviewItem) -> list[Critique]:
    """The newest critique of each response by each critic: of several samples the first, greedy one."""
    rows = critiques_of(item).order_by("response_id", "version_id", "sample", "-created_at", "-pk")
    return list(rows.distinct("response_id", "version_id"))


def rated_critiques(item: ReviewItem) -> list[Critique]:
    """The critiques that the item asks to rate, at most four, in the record's order."""
    return list(item.critiques.order_by("pk")[:4])


def comments_by_critique(critiques: Iterable[Critique]) -> dict[int, list[Comment]]:
    """The comments of each critique in order, with their principles. One query for all."""
    rows = Comment.objects.filter(critique__in=[critique.pk for critique in critiques])
    grouped: dict[int, list[Comment]] = defaultdict(list)
    for row in rows.select_related("principle").order_by("critique", "number"):
        grouped[row.critique_id].append(row)
    return grouped


def check_shown(
    item: ReviewItem, critiques_shown: Sequence[int], comment_ids: Collection[int]
) -> bool:
    """Return whether a readable critique was shown; raise NotShown for what was not of the item."""
    critiques = {critique.pk: critique for critique in critiques_of(item)}
    if unknown := set(critiques_shown) - critiques.keys():
        raise NotShown(f"Critiques {sorted(unknown)} do not belong to item {item.pk}.")
    shown = Comment.objects.filter(critique__in=critiques_shown).values_list("pk", flat=True)
    if unknown := set(comment_ids) - set(shown):
        raise NotShown(f"Comments {sorted(unknown)} were not shown with item {item.pk}.")
    return any(critiques[pk].verdict is not None for pk in critiques_shown)
