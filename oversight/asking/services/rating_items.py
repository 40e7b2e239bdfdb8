"""Critiques of one response to be rated side by side, as in CriticGPT's Table 2."""

from collections import defaultdict
from collections.abc import Sequence
from random import Random

from django.db.models import Count, Q

from oversight.models import Campaign, Critique, ItemKind, Purpose, Response, ReviewItem, Round

MOST_CRITIQUES = 4


def draw_rated(campaign: Campaign, count: int, seed: int) -> list[Response]:
    """Return up to `count` responses whose critiques differ, none of which was rated before.

    Critiques by two or more come first, then those of an error that was put in, then what one critic
    wrote on several tries.
    """
    if not count:
        return []
    rated = ReviewItem.objects.filter(campaign=campaign, kind=ItemKind.CRITIQUE_RATING)
    rows = (
        Response.objects.filter(query__campaign=campaign)
        .exclude(purpose=Purpose.EVALUATION)
        .exclude(pk__in=rated.values("response_a"))
        .filter(critiques__verdict__isnull=False)
        .annotate(
            texts=Count("critiques__raw_text", distinct=True),
            sources=Count("critiques__version", distinct=True)
            + Count("critiques__author", distinct=True),
        )
        .filter(Q(sources__gte=2) | Q(texts__gte=2))
        .order_by("query__text_sha256", "pk")
    )
    drawn = list(rows)
    Random(seed).shuffle(drawn)
    drawn.sort(key=lambda row: (row.sources < 2, row.purpose != Purpose.TAMPERED))
    return list[Response](drawn[:count])


def make_rating_items(
    campaign: Campaign,
    responses: Sequence[Response],
    priorities: Sequence[float],
    *,
    seats: int,
    seed: int,
    round_: Round | None = None,
) -> list[ReviewItem]:
    """Write the items. Call inside a transaction."""
    rng = Random(seed)
    items = ReviewItem.objects.bulk_create(
        ReviewItem(
            campaign=campaign,
            round=round_,
            kind=ItemKind.CRITIQUE_RATING,
            query_id=response.query_id,
            response_a=response,
            problem=response.sampling.get("problem", ""),
            annotators=seats,
            seats_free=seats,
            priority=rng.choice(priorities) if priorities else 0.0,
        )
        for response in responses
    )
    critiques = _critiques(responses)
    for item in items:
        item.critiques.set(critiques[item.response_a_id])
    return items


def _critiques(responses: Sequence[Response]) -> dict[int, list[Critique]]:
    """Return up to four of each response's critiques: the first of each source, then the others.

    What a critic wrote word for word before is not asked about again.
    """
    found: dict[int, list[Critique]] = defaultdict(list)
    rows = Critique.objects.filter(response__in=responses, verdict__isnull=False)
    for row in rows.order_by("sample", "pk"):
        found[row.response_id].append(row)
    return {pk: _one_of_each_first(rows)[:MOST_CRITIQUES] for pk, rows in found.items()}


def _one_of_each_first(rows: list[Critique]) -> list[Critique]:
    first: dict[tuple[int | None, int | None], Critique] = {}
    for row in rows:
        first.setdefault((row.version_id, row.author_id), row)
    kept = list(first.values())
    for row in rows:
        if row not in kept and row.raw_text not in {each.raw_text for each in kept}:
            kept.append(row)
    return kept
