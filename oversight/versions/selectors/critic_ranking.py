"""Which critic people find better, from their blind ratings of critiques side by side."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations
from statistics import mean

from oversight.models import Campaign, CritiqueRating, Judgement, Source
from oversight.statistics.bradley_terry import Match, Strength, fit_bradley_terry

PEOPLE = "People"
MOST_RATINGS = 4_000
QUESTIONS = {
    "points_out_problem": "Points out the problem",
    "misses_severe": "Misses severe ones",
    "has_nitpick": "Nitpicks",
    "has_fake": "Fakes",
    "concise": "Concise",
}


@dataclass(frozen=True)
class RankedCritic:
    """A version of a critic, or people's own critiques. `means` are of the ratings from 1 to 7 in the
    order of QUESTIONS; `strength` is of `overall` against those shown beside it."""

    name: str
    strength: Strength
    ratings: int
    means: list[float]

    @property
    def labelled_means(self) -> list[tuple[str, float]]:
        return list(zip(QUESTIONS.values(), self.means, strict=True))


def ranked_critics(campaign: Campaign) -> list[RankedCritic]:
    """Return the critics that met at least one other, the strongest first.

    Two critiques that one person rated side by side are a match that the higher overall rating
    wins; equal ones are a tie (Elo scores of critiques: McAleese et al., 2024, section 3.2). Of very
    many ratings the newest MOST_RATINGS count.
    """
    rows = CritiqueRating.objects.filter(
        judgement__in=Judgement.objects.standing().filter(
            query__campaign=campaign, source=Source.PERSON
        )
    ).select_related("critique__version", "judgement__query")
    shown: dict[int, list[CritiqueRating]] = defaultdict(list)
    for row in reversed(rows.order_by("-pk")[:MOST_RATINGS]):
        shown[row.judgement_id].append(row)
    matches = [match for together in shown.values() for match in _matches(together)]
    if not matches:
        return []
    strengths = fit_bradley_terry(matches)
    rated = [row for together in shown.values() for row in together]
    ranked = [_ranked(name, strength, rated) for name, strength in strengths.items()]
    return sorted(ranked, key=lambda critic: -critic.strength.value)


def _matches(together: Iterable[CritiqueRating]) -> list[Match]:
    return [
        Match(_name(one), _name(other), _outcome(one, other), one.judgement.query.cluster)
        for one, other in combinations(together, 2)
        if _name(one) != _name(other)
    ]


def _outcome(one: CritiqueRating, other: CritiqueRating) -> float:
    return 0.5 + 0.5 * ((one.overall > other.overall) - (one.overall < other.overall))


def _name(row: CritiqueRating) -> str:
    return str(row.critique.version) if row.critique.version else PEOPLE


def _ranked(name: str, strength: Strength, rated: Iterable[CritiqueRating]) -> RankedCritic:
    own = [row for row in rated if _name(row) == name]
    means = [mean(getattr(row, question) for row in own) for question in QUESTIONS]
    return RankedCritic(name, strength, len(own), means)
