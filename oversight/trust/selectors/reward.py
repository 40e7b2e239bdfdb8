"""What a reward model learns from, what it scores, and what it said."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import QuerySet

from oversight.models import (
    Campaign,
    ModelVersion,
    Preference,
    RewardMargin,
    Round,
    RoutingDecision,
)
from oversight.trust.selectors.judged_pairs import auditing_source


@dataclass(frozen=True)
class PairTexts:
    decision_id: int
    query: str
    a: str
    b: str


def people_preferences(campaign: Campaign) -> "QuerySet[Preference]":
    """Return the standing preferences of those who audit the critic, in an order without ids."""
    rows = Preference.objects.standing().filter(campaign=campaign, source=auditing_source(campaign))
    order = ("query__text_sha256", "chosen__text", "rejected__text")
    return rows.select_related("query", "chosen", "rejected").order_by(*order, "pk")


def pairs_to_score(campaign: Campaign, critic: ModelVersion) -> Iterator[PairTexts]:
    """Yield all the pairs that this version of the critic was asked about, in an order without ids."""
    rows = RoutingDecision.objects.filter(round__campaign=campaign, round__critic=critic)
    columns = ("pk", "query__text", "response_a__text", "response_b__text")
    ordered = rows.order_by("round__number", "query__text_sha256", "pk").values_list(*columns)
    return (PairTexts(*row) for row in ordered.iterator(chunk_size=1000))


def reward_margins(round_: Round) -> dict[int, float]:
    """Return log π(a) − log π(b) by decision, of those that the round's reward model scored."""
    rows = RewardMargin.objects.filter(reward_model__round=round_, value__isnull=False)
    return {
        pk: value for pk, value in rows.values_list("decision_id", "value") if value is not None
    }
