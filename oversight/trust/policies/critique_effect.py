"""Does the critique help people, and does it mislead them? Pure.

Answers are of items whose right answer is known (gold, tampered). The arm of each was drawn with a
known probability π, and answers are weighted by 1/π: the arms are compared as if each had been given
to everybody. (CriticGPT's own paper found no gain on one task: measure, never assume.)
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from types import MappingProxyType

QUANTILE = 1.959963984540054  # of the standard normal at 0.975
FEWEST = 5  # of each arm: with fewer an interval says nothing


@dataclass(frozen=True)
class ArmAnswer:
    """One answer in its arm: right or not, and the probability with which the arm was drawn.

    `was_critic_wrong`: it preferred another answer than the right one. None: it preferred neither.
    """

    is_right: bool
    propensity: float
    was_critic_wrong: bool | None = None


@dataclass(frozen=True)
class TwoAnswers:
    """The answer before the critique was shown, and the one after it."""

    was_right: bool
    is_right: bool


@dataclass(frozen=True)
class Figure:
    """A share or a difference with its 95 % interval; `n` answers."""

    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True)
class ArmEffect:
    """One way of showing the critique against not showing it; None where there are too few to say.

    `uplift` is accuracy in the arm − accuracy hidden. `led_astray` is the share of wrong answers where
    the critic was wrong − that share hidden: above 0 people follow it into its errors.
    """

    arm: str
    right: Figure | None
    uplift: Figure | None
    led_astray: Figure | None


@dataclass(frozen=True)
class Effect:
    """`uplift` is accuracy shown − accuracy hidden; None where there are too few to say.

    `automation_bias` is the share of flips from right to wrong less that of flips from wrong to
    right, among answers given twice: above 0 the critique does more harm than good.
    """

    shown: Figure | None
    hidden: Figure | None
    uplift: Figure | None
    automation_bias: Figure | None
    to_wrong: int
    to_right: int
    arms: tuple[ArmEffect, ...] = ()


Answers = Sequence[ArmAnswer]


def critique_effect(
    shown: Answers,
    hidden: Answers,
    twice: Sequence[TwoAnswers],
    others: Mapping[str, Answers] = MappingProxyType({}),
) -> Effect:
    """Return what showing the critique does; `arms` has the `others` too, by what they are called.

    Arms in which nobody answered are left out.
    """
    with_it, without = accuracy(shown), accuracy(hidden)
    to_wrong = sum(row.was_right and not row.is_right for row in twice)
    to_right = sum(row.is_right and not row.was_right for row in twice)
    return Effect(
        with_it,
        without,
        difference(with_it, without) if with_it and without else None,
        flips(to_wrong, to_right, len(twice)) if len(twice) >= FEWEST else None,
        to_wrong,
        to_right,
        tuple(
            _arm_effect(arm, answers, hidden)
            for arm, answers in {"shown": shown, **others}.items()
            if answers
        ),
    )


def _arm_effect(arm: str, answers: Answers, hidden: Answers) -> ArmEffect:
    right, without = accuracy(answers), accuracy(hidden)
    there, there_without = (_where_critic_was_wrong(each) for each in (answers, hidden))
    return ArmEffect(
        arm,
        right,
        difference(right, without) if right and without else None,
        # Wrong more often is right less often.
        difference(there_without, there) if there and there_without else None,
    )


def _where_critic_was_wrong(answers: Answers) -> Figure | None:
    return accuracy([answer for answer in answers if answer.was_critic_wrong])


def accuracy(answers: Sequence[ArmAnswer]) -> Figure | None:
    """Return the weighted share that is right, with Wilson's interval at Kish's effective size."""
    if len(answers) < FEWEST:
        return None
    weights = [1 / answer.propensity for answer in answers]
    total = sum(weights)
    right = sum(w for w, answer in zip(weights, answers, strict=True) if answer.is_right) / total
    size = total**2 / sum(weight**2 for weight in weights)
    low, high = _wilson(right, size)
    return Figure(right, low, high, len(answers))


def difference(first: Figure, second: Figure) -> Figure:
    """Return first − second of two independent shares, with Newcombe's hybrid interval.

    (Newcombe, 1998, method 10: the Wilson limits squared and added.)
    """
    value = first.value - second.value
    low = value - sqrt((first.value - first.low) ** 2 + (second.high - second.value) ** 2)
    high = value + sqrt((first.high - first.value) ** 2 + (second.value - second.low) ** 2)
    return Figure(value, low, high, first.n + second.n)


def flips(to_wrong: int, to_right: int, pairs: int) -> Figure:
    """Return (to wrong − to right) / pairs; its interval is Agresti and Min's (2005) for pairs.

    Half an answer is added to each of the four cells, so that it is honest where nobody flipped.
    """
    more, less, size = to_wrong + 0.5, to_right + 0.5, pairs + 2
    middle = (more - less) / size
    half = QUANTILE * sqrt((more + less) / size - middle**2) / sqrt(size)
    low, high = max(-1.0, middle - half), min(1.0, middle + half)
    return Figure((to_wrong - to_right) / pairs, low, high, pairs)


def _wilson(share: float, size: float) -> tuple[float, float]:
    squared = QUANTILE**2
    middle = (share + squared / (2 * size)) / (1 + squared / size)
    spread = sqrt(share * (1 - share) / size + squared / (4 * size**2))
    half = QUANTILE * spread / (1 + squared / size)
    return max(0.0, middle - half), min(1.0, middle + half)
