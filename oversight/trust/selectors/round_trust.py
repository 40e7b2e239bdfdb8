"""What a round's page says of how AI feedback was accepted and how far it is believed."""

from dataclasses import dataclass

from django.db.models import Count, Q

from oversight.asking.selectors.decisions import Decisions
from oversight.models import (
    Acceptance,
    Preference,
    RewardModel,
    Round,
    RoutingOutcome,
    Source,
    SourceReliability,
    User,
)
from oversight.trust.policies.source.believed import believed
from oversight.trust.selectors.judged_pairs import auditing_source

LABELS_SHOWN = 20


@dataclass(frozen=True)
class OutcomeCount:
    label: str
    count: int


@dataclass(frozen=True)
class PersonTrust:
    """How likely one person is to be right, with a 95 % interval, by so many comparable answers."""

    name: str
    p_w: float
    low: float
    high: float
    answers: float


@dataclass(frozen=True)
class RoundTrust:
    """`believed` says how far the critic is, in a sentence. `labels` are the first accepted AI labels of
    the round, with their reliability. `is_simulated`: no person has audited anything, simulated
    annotators stand in.
    """

    acceptance: Acceptance | None
    outcomes: list[OutcomeCount]
    audits: int
    reliabilities: list[SourceReliability]
    labels: list[Preference]
    is_simulated: bool
    believed: str
    reward: RewardModel | None
    people: list[PersonTrust]


def round_trust(round_: Round, decided: Decisions) -> RoundTrust:
    labels = Preference.objects.filter(round=round_, source=Source.CRITIC).select_related(
        "query", "judgement"
    )
    reliabilities = list(round_.reliabilities.select_related("version"))
    return RoundTrust(
        acceptance=Acceptance.objects.filter(round=round_).select_related("version").first(),
        outcomes=[
            OutcomeCount(outcome.label, count)
            for outcome in RoutingOutcome
            if (count := decided.of(outcome))
        ],
        audits=decided.random,
        reliabilities=reliabilities,
        people=_people(reliabilities),
        labels=list(labels.order_by("pk")[:LABELS_SHOWN]),
        believed=_believed(reliabilities),
        reward=_reward_model(round_),
        is_simulated=auditing_source(round_.campaign) == Source.SIMULATED,
    )


def judges_in_words(row: SourceReliability) -> str:
    """Return who judged what a source is measured on."""
    return "people" if row.judged_by == Source.PERSON else "simulated annotators"


def _believed(reliabilities: list[SourceReliability]) -> str:
    found = (row for row in reliabilities if row.source == Source.CRITIC)
    return next((believed(row.population, judges_in_words(row)) for row in found), "")


def _people(reliabilities: list[SourceReliability]) -> list[PersonTrust]:
    found = [each for row in reliabilities if row.source == Source.PERSON for each in row.strata]
    names = (
        dict(
            User.objects.filter(pk__in=[each["person"] for each in found]).values_list(
                "pk", "username"
            )
        )
        if found
        else {}
    )
    people = [PersonTrust(names.get(each.pop("person"), "?"), **each) for each in map(dict, found)]
    return sorted(people, key=lambda person: person.name)


def _reward_model(round_: Round) -> RewardModel | None:
    """Return the round's, with `scored`: how many pairs have a margin."""
    scored = Count("margins", filter=Q(margins__value__isnull=False))
    return RewardModel.objects.filter(round=round_).annotate(scored=scored).first()
