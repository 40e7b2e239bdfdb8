"""Answers to items whose right answer is known, by how the critique was offered."""

from collections.abc import Iterable, Mapping

from django.db.models import Avg, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from oversight.asking.policies.pairing import probability_a_better
from oversight.models import (
    KNOWN_KINDS,
    Arm,
    BlindAnswer,
    Campaign,
    Choice,
    Critique,
    ItemState,
    Judgement,
    Source,
)
from oversight.trust.policies.critique_effect import ArmAnswer, Effect, TwoAnswers, critique_effect


def critique_effects(campaign: Campaign) -> dict[str, Effect]:
    """Return the critique's effect on people, and apart from it on simulated annotators.

    A source without an answer to a gold or tampered item of more than the usual arm is left out.
    Answers given for a correction count as the first answer did: only the first, which was given
    before anybody knew the right one.
    """
    answers = first_known_answers(campaign).exclude(arm="")
    # Where there was no critique nothing was drawn: such an answer is in neither arm.
    answers = answers.exclude(arm=Arm.SHOWN, was_critique_shown=False)
    rows = list(answers.values_list(*COLUMNS))
    blind, errors = _blind_answers(campaign), _where_critic_errs(campaign)
    effects = {}
    for source in (Source.PERSON, Source.SIMULATED):
        own = [row for row in rows if row[0] == source]
        if any(row[1] != Arm.SHOWN for row in own):
            effects[str(source.value)] = _effect(own, blind, errors)
    return effects


def first_known_answers(campaign: Campaign) -> "QuerySet[Judgement]":
    """Return what people and simulated annotators first said where the right answer is known.

    Of what was taken back nothing counts: the first answer after it is the first. What was withdrawn
    asked something wrong.
    """
    taken_back_since = Judgement.objects.filter(
        item=OuterRef("item"), user=OuterRef("user"), is_retraction=True, pk__gt=OuterRef("pk")
    )
    answers = Judgement.objects.filter(
        Q(supersedes__isnull=True) | Q(supersedes__is_retraction=True),
        ~Exists(taken_back_since),
        item__campaign=campaign,
        item__kind__in=KNOWN_KINDS,
        source__in=[Source.PERSON, Source.SIMULATED],
        is_retraction=False,
    )
    return answers.exclude(item__expected="").exclude(item__state=ItemState.WITHDRAWN)


Row = tuple[str, str, float | None, str, str, int, int]
COLUMNS = ("source", "arm", "arm_propensity", "choice", "item__expected", "item", "user")


def _effect(
    rows: Iterable[Row], blind: Mapping[tuple[int, int], str], errors: Mapping[int, bool]
) -> Effect:
    arms: dict[str, list[ArmAnswer]] = {arm: [] for arm in Arm.values}
    twice = []
    for _, arm, propensity, choice, expected, item, user in rows:
        is_right = choice == expected
        arms[arm].append(ArmAnswer(is_right, propensity or 1.0, errors.get(item)))
        if arm == Arm.BLIND_FIRST and (first := blind.get((item, user))) is not None:
            twice.append(TwoAnswers(first == expected, is_right))
    others = {str(arm): arms[arm] for arm in (Arm.EVIDENCE, Arm.BLIND_FIRST)}
    return critique_effect(arms[Arm.SHOWN], arms[Arm.HIDDEN], twice, others)


def _where_critic_errs(campaign: Campaign) -> dict[int, bool]:
    """Return, by item with a known answer, whether the critic prefers another than the right one."""
    known = campaign.items.filter(kind__in=KNOWN_KINDS, expected__in=[Choice.A, Choice.B])
    scored = known.annotate(p_a=_p_flawed("response_a"), p_b=_p_flawed("response_b"))
    found = {}
    for pk, expected, p_a, p_b in scored.values_list("pk", "expected", "p_a", "p_b").iterator():
        p = probability_a_better(p_a, p_b)
        if p is not None and p != 0.5:
            found[pk] = (p > 0.5) != (expected == Choice.A)
    return found


def _p_flawed(side: str) -> Subquery:
    """The mean that the item's critic gives one of its responses, each looked up by its index. Of an
    item without a round any critic's word is shown."""
    critic = Coalesce(OuterRef("round__critic"), F("version"))
    said = Critique.objects.filter(response=OuterRef(side), version=critic).order_by()
    return Subquery(said.values("response").annotate(mean=Avg("p_flawed")).values("mean"))


def _blind_answers(campaign: Campaign) -> dict[tuple[int, int], str]:
    rows = BlindAnswer.objects.filter(item__campaign=campaign, item__kind__in=KNOWN_KINDS)
    return {
        (item, user): choice for item, user, choice in rows.values_list("item", "user", "choice")
    }
