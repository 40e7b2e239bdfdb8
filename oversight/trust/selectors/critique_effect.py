"""Answers to items whose right answer is known, by how the critique was offered."""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet

from oversight.models import (
    KNOWN_KINDS,
    Arm,
    BlindAnswer,
    Campaign,
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
    columns = ("source", "arm", "arm_propensity", "choice", "item__expected", "item", "user")
    answers = first_known_answers(campaign).exclude(arm="")
    # Where there was no critique nothing was drawn: such an answer is in neither arm.
    answers = answers.exclude(arm=Arm.SHOWN, was_critique_shown=False)
    rows = list(answers.values_list(*columns))
    blind = _blind_answers(campaign)
    effects = {}
    for source in (Source.PERSON, Source.SIMULATED):
        own = [row for row in rows if row[0] == source]
        if any(row[1] != Arm.SHOWN for row in own):
            effects[str(source.value)] = _effect(own, blind)
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


def _effect(rows: Iterable[Row], blind: dict[tuple[int, int], str]) -> Effect:
    arms: dict[str, list[ArmAnswer]] = {Arm.SHOWN: [], Arm.HIDDEN: []}
    twice = []
    for _, arm, propensity, choice, expected, item, user in rows:
        if arm in arms:
            arms[arm].append(ArmAnswer(choice == expected, propensity or 1.0))
        elif (first := blind.get((item, user))) is not None:
            twice.append(TwoAnswers(first == expected, choice == expected))
    return critique_effect(arms[Arm.SHOWN], arms[Arm.HIDDEN], twice)


def _blind_answers(campaign: Campaign) -> dict[tuple[int, int], str]:
    rows = BlindAnswer.objects.filter(item__campaign=campaign, item__kind__in=KNOWN_KINDS)
    return {
        (item, user): choice for item, user, choice in rows.values_list("item", "user", "choice")
    }
