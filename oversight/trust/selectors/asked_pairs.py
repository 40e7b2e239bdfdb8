"""What each person said of the pairs that were drawn by lot, beside the critic's word."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db.models import QuerySet

from oversight.models import BlindAnswer, Campaign, Choice, Judgement, ModelVersion, Source
from oversight.trust.policies.replacing.asked_pairs import TIE, AskedPair
from oversight.trust.policies.source.judged_pairs import JudgedPair
from oversight.trust.selectors.judged_pairs import auditing_source, judged_pairs

Key = tuple[int, int]  # of a pair: its round's number and its query
SIDES = {Choice.A: "a", Choice.B: "b", Choice.TIE: TIE, Choice.BOTH_BAD: TIE}


@dataclass(frozen=True)
class Asked:
    """`judged` are all pairs that the critic prefers one side of, `pairs` those of them drawn by lot.

    `assisted` of people's answers to these were given with the critique in view, `simulated` are
    answers of simulated annotators to them, which count as nobody's.
    """

    judged: Sequence[JudgedPair]
    pairs: Sequence[AskedPair]
    assisted: int
    simulated: int

    @property
    def people(self) -> set[str]:
        return {person for each in self.pairs for person in each.people}

    @property
    def answers(self) -> int:
        return sum(len(each.people) for each in self.pairs)


def asked_pairs(campaign: Campaign, critic: ModelVersion) -> Asked:
    """Return the pairs with the standing answers of people, one a person: the first.

    Pairs that people were asked about for a reason are left out, for these are the hard ones; so are
    adjudications and reviews, which are given by who knows that others disagree.
    """
    judged = judged_pairs(campaign, critic)
    if auditing_source(campaign) != Source.PERSON:
        judged = [replace(pair, human=None) for pair in judged]
    said, seen = _answers(campaign, critic)
    blind = _blind_answers(campaign, critic)
    pairs = [
        AskedPair(pair, said.get(key, {}), unseen(said.get(key, {}), seen[key], blind[key]))
        for pair in judged
        if pair.is_random and (key := (pair.round, pair.query_id))
    ]
    drawn = [(each.pair.round, each.pair.query_id) for each in pairs]
    assisted = sum(len(seen[key]) for key in drawn)
    simulated = _simulated(campaign, critic)
    return Asked(judged, pairs, assisted, sum(simulated[key] for key in drawn))


def unseen(said: dict[str, str], seen: set[str], first: dict[str, str]) -> dict[str, str]:
    """Return what people said, or had said `first`, without the critique in view."""
    return {person: choice for person, choice in said.items() if person not in seen} | first


def _drawn(campaign: Campaign, critic: ModelVersion, source: Source) -> QuerySet[Judgement]:
    of_pairs = Judgement.objects.standing().filter(
        item__decision__round__campaign=campaign,
        item__decision__round__critic=critic,
        item__decision__is_random=True,
        source=source,
    )
    return of_pairs.exclude(choice="").order_by("pk")


def _answers(
    campaign: Campaign, critic: ModelVersion
) -> tuple[dict[Key, dict[str, str]], dict[Key, set[str]]]:
    """Return who said what of a pair, and who of them had its critique in view."""
    said: dict[Key, dict[str, str]] = defaultdict(dict)
    seen: dict[Key, set[str]] = defaultdict(set)
    rows = _drawn(campaign, critic, Source.PERSON).filter(user__isnull=False)
    columns = ("item__decision__round__number", "query", "user", "choice", "was_critique_shown")
    for number, query, user, choice, was_shown in rows.values_list(*columns):
        key, person = (number, query), str(user)
        if choice in SIDES and person not in said[key]:
            said[key][person] = SIDES[Choice(choice)]
            if was_shown is not False:  # not told: it may have been
                seen[key].add(person)
    return said, seen


def _blind_answers(campaign: Campaign, critic: ModelVersion) -> dict[Key, dict[str, str]]:
    """Return what people said before the critique was shown to them, where their answer stands."""
    found: dict[Key, dict[str, str]] = defaultdict(dict)
    standing = _drawn(campaign, critic, Source.PERSON)
    given = set(standing.values_list("item", "user"))
    rows = BlindAnswer.objects.filter(item__in=standing.values("item")).order_by("pk")
    columns = ("item__decision__round__number", "item__query", "item", "user", "choice")
    for number, query, item, user, choice in rows.values_list(*columns):
        if (item, user) in given and choice in SIDES:
            found[number, query].setdefault(str(user), SIDES[Choice(choice)])
    return found


def _simulated(campaign: Campaign, critic: ModelVersion) -> Counter[Key]:
    rows = _drawn(campaign, critic, Source.SIMULATED)
    return Counter(rows.values_list("item__decision__round__number", "query"))
