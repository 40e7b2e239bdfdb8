"""The map of a campaign's weaknesses, and what it is made of."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Avg, Max

from oversight.attacks.policies.looking import Evidence
from oversight.attacks.policies.weakness import (
    Try,
    Weakness,
    WeaknessMap,
    by_learner,
    by_writer,
    evidence_of,
    weakness_map,
)
from oversight.attacks.selectors.tries import tries_of
from oversight.models import Campaign, Critique, ModelVersion, Purpose, Query, Stage
from oversight.statistics.seeds import derive_seed

MOST_WAITING = 10
BEFORE_CHECKING = list(Stage)[: list(Stage).index(Stage.COLLECT) + 1]


@dataclass(frozen=True)
class MapPage:
    """`examples`: a query that fails by its id. `waiting` are queries that only lack somebody's word
    on whether they are fair: people found that the learner's answers fail.
    Each has its `harm` in words, where its kind is tagged. `versions`: what is counted of each version
    of the learner, the latest first; `writers` of each attacker and program that wrote queries, as
    (name, whether it is a program outside, what is counted). `open_round`: the number of the round of
    which the checker has yet to speak, if one is under way."""

    map: WeaknessMap
    examples: dict[int, Query]
    waiting: list[Query]
    versions: list[tuple[ModelVersion, Weakness]]
    writers: list[tuple[str, bool, Weakness]]
    open_round: int | None

    @property
    def unchecked(self) -> int:
        return self.map.total.tries - self.map.total.checked


def map_of(campaign: Campaign) -> WeaknessMap:
    return _map(campaign, tries_of(campaign))


def map_page(campaign: Campaign) -> MapPage:
    tries = tries_of(campaign)
    found = _map(campaign, tries)
    waiting = [each.query_id for each in tries if each.confirmed.needs_fairness][:MOST_WAITING]
    examples = [row.example for row in found.rows if row.example is not None]
    queries = Query.objects.in_bulk([*waiting, *examples])
    for query in queries.values():
        query.harm = campaign.care.harm_words(query.node)  # type: ignore[attr-defined]
    return MapPage(
        found,
        {pk: queries[pk] for pk in examples},
        [queries[pk] for pk in waiting],
        _by_version(tries),
        [(*writer, each) for writer, each in by_writer(tries).items()],
        _round_to_be_checked(campaign),
    )


def _round_to_be_checked(campaign: Campaign) -> int | None:
    rounds = campaign.rounds.open().filter(stage__in=BEFORE_CHECKING)
    return rounds.values_list("number", flat=True).first()


def _by_version(tries: Sequence[Try]) -> list[tuple[ModelVersion, Weakness]]:
    found = by_learner(tries)
    versions = ModelVersion.objects.with_status().in_bulk(list(found))
    return [(versions[pk], each) for pk, each in found.items()]


def evidence(campaign: Campaign, tries: Sequence[Try]) -> dict[str, Evidence]:
    """Return what is known of each kind in the campaign's taxonomy."""
    return evidence_of(tries, campaign.basics.taxonomy, opinions_by_kind(campaign))


def opinions_by_kind(campaign: Campaign) -> dict[str, float]:
    """Return the critic's mean p_flawed by kind of query in the latest round, where there is one.

    It confirms nothing: it only says where to look as long as little is confirmed.
    """
    attacked = campaign.rounds.filter(finished_at__isnull=False, queries__isnull=False)
    latest = attacked.order_by("-number").first()
    if latest is None:
        return {}
    rows = (
        Critique.objects.filter(
            response__query__round=latest,
            response__purpose=Purpose.FEEDBACK,
            p_flawed__isnull=False,
        )
        .values("response__query__node")
        .annotate(opinion=Avg("p_flawed"))
    )
    return {row["response__query__node"]: row["opinion"] for row in rows}


def _map(campaign: Campaign, tries: Sequence[Try]) -> WeaknessMap:
    number = campaign.rounds.aggregate(last=Max("number"))["last"] or 0
    seed = derive_seed(campaign.slug, number + 1)
    return weakness_map(tries, campaign.basics.taxonomy, opinions_by_kind(campaign), seed)
