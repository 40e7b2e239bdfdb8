"""Critiques that were rated side by side: the best and the worst of each answer."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from statistics import mean

from oversight.models import Campaign, Critique, CritiqueRating, Judgement, Response, Source, Split

MOST_RATINGS = 10_000  # the newest
CLEAR = 1.0  # of seven points, between the mean ratings of two critiques


@dataclass(frozen=True)
class RatedPair:
    """`is_simulated`: simulated annotators had a part in it."""

    response: Response
    better: Critique
    worse: Critique
    is_simulated: bool


@dataclass
class _Ratings:
    by_critique: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    is_simulated: bool = False


def rated_pairs(campaign: Campaign, sources: Collection[Source]) -> list[RatedPair]:
    """Return, of each answer to a training query, the critiques rated highest and lowest as a whole,
    where their means are CLEAR apart, in an order without ids. Ratings that stand count."""
    standing = Judgement.objects.standing().filter(
        query__campaign=campaign, query__split=Split.TRAIN, source__in=sources
    )
    rows = CritiqueRating.objects.filter(judgement__in=standing, critique__verdict__isnull=False)
    said: dict[int, _Ratings] = defaultdict(_Ratings)
    columns = ("critique__response", "critique", "overall", "judgement__source")
    for response, critique, overall, source in rows.order_by("-pk").values_list(*columns)[
        :MOST_RATINGS
    ]:
        said[response].by_critique[critique].append(overall)
        said[response].is_simulated |= source == Source.SIMULATED
    ends = {response: found for response, each in said.items() if (found := _ends(each))}
    critiques = Critique.objects.filter(pk__in=[pk for pair in ends.values() for pk in pair])
    by_id = {
        row.pk: row
        for row in critiques.select_related("response__query").prefetch_related("comments")
    }
    pairs = [
        RatedPair(by_id[best].response, by_id[best], by_id[worst], said[response].is_simulated)
        for response, (best, worst) in ends.items()
    ]
    return sorted(pairs, key=lambda pair: (pair.response.query.text_sha256, pair.response.text))


def _ends(ratings: _Ratings) -> tuple[int, int] | None:
    """Return the critiques with the highest and the lowest mean; None where they are not apart."""
    means = {critique: mean(given) for critique, given in sorted(ratings.by_critique.items())}
    best, worst = max(means, key=means.__getitem__), min(means, key=means.__getitem__)
    return (best, worst) if means[best] - means[worst] >= CLEAR else None
