"""What critics and people wrote of responses, as it stands."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from functools import reduce
from operator import or_

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, Subquery

from oversight.models import Comment, Critique, Judgement

MOST_SHOWN = 100


def critiques_of(
    response_ids: Sequence[int], *, blind_to: Collection[int] = ()
) -> dict[int, list[Critique]]:
    """Return standing critiques with their comments by the response's id, none where there is none.

    Of the responses in `blind_to` what people wrote is left out.
    """
    comments = Comment.objects.select_related("principle").order_by("number")
    rows = _standing(Critique.objects.filter(response__in=response_ids))
    rows = rows.exclude(author__isnull=False, response__in=blind_to)
    rows = rows.select_related("version", "author").prefetch_related(Prefetch("comments", comments))
    found: dict[int, list[Critique]] = defaultdict(list)
    for row in rows.order_by("pk")[:MOST_SHOWN]:
        found[row.response_id].append(row)
    return found


def _standing(rows: QuerySet[Critique]) -> QuerySet[Critique]:
    """Leave out what people wrote in an answer that they have corrected or taken back since.

    A critique does not name the answer that it came with: it is its author's last one about the
    response that was given by then.
    """
    places = [Q(**{f"item__response_{letter}": OuterRef("response")}) for letter in "abcd"]
    given = Judgement.objects.filter(
        reduce(or_, places),
        query=OuterRef("response__query"),
        user=OuterRef("author"),
        created_at__lte=OuterRef("created_at"),
    )
    came_with = Subquery(given.order_by("-created_at").values("pk")[:1])
    gone = Judgement.objects.filter(pk=OuterRef("came_with"), superseded_by__isnull=False)
    return rows.annotate(came_with=came_with).exclude(Exists(gone))
