"""What the critic said of the campaign's pairs, and what people said of some of them."""

from collections import defaultdict
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Literal

from django.db.models import F
from django.db.models.functions import Length

from oversight.models import (
    Campaign,
    Choice,
    ItemFacts,
    ItemKind,
    ItemState,
    Judgement,
    ModelVersion,
    Purpose,
    Round,
    RoutingDecision,
    Source,
)
from oversight.trust.policies.annotators.repeats import Answer as RepeatedAnswer
from oversight.trust.policies.source.judged_pairs import (
    Answer,
    HumanChoice,
    JudgedPair,
    majority_of,
)

COLUMNS = ["pk", "round_id", "round__number", "query_id", "query__node"]
COLUMNS += ["is_random", "is_eligible", "p_calibrated", "propensity"]
SIDES = ["a", "b"]


def judged_pairs(
    campaign: Campaign, critic: ModelVersion, margins: Mapping[int, float] = MappingProxyType({})
) -> list[JudgedPair]:
    """Return the pairs that this version of the critic prefers one side of, by round, then in an
    order without ids: statistics of the same pairs are the same to the last digit.

    `margins` are a reward model's by decision, where there is one.
    """
    said: dict[tuple[int | None, int], float] = {
        (round_id, query_id): p
        for round_id, query_id, p in Judgement.objects.filter(
            query__campaign=campaign, source=Source.CRITIC, version=critic, choice__in=SIDES
        ).values_list("round_id", "query_id", "p_a_better")
        if p is not None
    }
    human = human_choices(campaign)
    decisions = RoutingDecision.objects.filter(round__campaign=campaign, round__critic=critic)
    ordered = decisions.order_by("round__number", "query__text_sha256", "pk")
    rows = ordered.values(*COLUMNS, **_answer_columns())
    return [
        JudgedPair(
            round=row["round__number"],
            query_id=row["query_id"],
            category=row["query__node"],
            p_a_better=said[row["round_id"], row["query_id"]],
            a=_answer(row, "a"),
            b=_answer(row, "b"),
            human=human.get(row["pk"]),
            is_random=row["is_random"],
            is_eligible=row["is_eligible"],
            p_calibrated=row["p_calibrated"],
            propensity=row["propensity"],
            reward_margin=margins.get(row["pk"]),
            anew=_anew(row),
        )
        for row in rows
        if (row["round_id"], row["query_id"]) in said
    ]


def auditing_source(campaign: Campaign) -> Source:
    """Return whose answers audits go by: people's, simulated ones' where no person has judged."""
    # By the facts of items, which are found by who answered: among judgements all would be read.
    answered = ItemFacts.objects.filter(
        campaign=campaign, marks__contains=[f"{campaign.pk}/source/{Source.PERSON}"]
    )
    asked = answered.filter(item__decision__isnull=False).exclude(item__state=ItemState.WITHDRAWN)
    return Source.PERSON if asked.exists() else Source.SIMULATED


def judged_clusters(campaign: Campaign) -> set[str]:
    """Return the clusters of which somebody who was asked has judged a query."""
    asked = Judgement.objects.filter(
        query__campaign=campaign, source__in=[Source.PERSON, Source.SIMULATED]
    )
    return set(asked.order_by().values_list("query__cluster", flat=True).distinct())


def repeated_answers(campaign: Campaign) -> list[list[RepeatedAnswer]]:
    """Return what people answered of each pair of responses, whichever items asked them: one answer
    a person, in order of time; those that prefer neither are left out, and reviewers' corrections: those
    are there where people were wrong alone, and would make everybody look worse than they are."""
    rows = (
        Judgement.objects.standing()
        .filter(
            query__campaign=campaign,
            source=Source.PERSON,
            user__isnull=False,
            choice__in=SIDES,
            response_b__isnull=False,
        )
        .exclude(item__is_by_review=True)
    )
    by_pair: dict[tuple[int, int], dict[int, RepeatedAnswer]] = defaultdict(dict)
    for a, b, user, choice, kind in rows.order_by("pk").values_list(
        "response_a_id", "response_b_id", "user_id", "choice", "item__kind"
    ):
        if b is not None and user is not None:
            prefers_lower = (choice == Choice.A) == (a < b)
            is_final = kind == ItemKind.ADJUDICATION
            by_pair[min(a, b), max(a, b)][user] = RepeatedAnswer(str(user), prefers_lower, is_final)
    return [list(answers.values()) for answers in by_pair.values()]


def human_choices(campaign: Campaign, round_: Round | None = None) -> dict[int, HumanChoice]:
    """Return the majority by decision, of one round or of all, an adjudicator's word where there is one.
    Those who prefer neither do not outvote those who do."""
    choices: dict[int, list[str]] = defaultdict(list)
    source = auditing_source(campaign)
    rows = Judgement.objects.standing().filter(
        source=source, **_asked("item__decision", campaign, round_)
    )
    rows = rows.exclude(choice="")
    for decision_id, choice in rows.values_list("item__decision_id", "choice"):
        if decision_id is not None:
            choices[decision_id].append(choice)
    decided = _adjudicated(source, _asked("item__adjudicates__decision", campaign, round_))
    return {pk: majority_of(given) for pk, given in choices.items()} | decided


def _asked(decision: str, campaign: Campaign, round_: Round | None) -> dict[str, Any]:
    return {f"{decision}__round": round_} if round_ else {f"{decision}__round__campaign": campaign}


def _adjudicated(source: Source, asked: dict[str, Any]) -> dict[int, HumanChoice]:
    """Return what was decided, by decision, where those asked first were level."""
    rows = Judgement.objects.standing().filter(source=source, **asked)
    rows = rows.exclude(choice="").order_by("pk")  # who decided last has the last word
    decided = rows.values_list("item__adjudicates__decision_id", "choice")
    return {pk: majority_of([choice]) for pk, choice in decided if pk is not None}


def _answer_columns() -> dict[str, Any]:
    columns: dict[str, Any] = {}
    for side in SIDES:
        columns[f"chars_{side}"] = Length(f"response_{side}__text")
        columns[f"logprob_{side}"] = F(f"response_{side}__logprob")
        columns[f"tokens_{side}"] = F(f"response_{side}__tokens")
        columns[f"purpose_{side}"] = F(f"response_{side}__purpose")
    return columns


def _anew(row: dict[str, Any]) -> Literal["", "a", "b"]:
    if row["purpose_a"] == Purpose.REFINED:
        return "a"
    return "b" if row["purpose_b"] == Purpose.REFINED else ""


def _answer(row: dict[str, Any], side: str) -> Answer:
    logprob, tokens = row[f"logprob_{side}"], row[f"tokens_{side}"]
    is_known = logprob is not None and tokens
    return Answer(row[f"chars_{side}"], logprob / tokens if is_known else None)
