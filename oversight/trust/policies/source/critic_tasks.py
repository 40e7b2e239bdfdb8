"""How a critic does at other tasks than commenting: choosing, finding the first wrong step. Pure.

Each share has its count and its 95 % interval (Wilson).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import harmonic_mean

from models_srv.evaluation import Proportion, proportion

NOWHERE = -1  # it calls the answer flawed, and quotes no step of it


@dataclass(frozen=True)
class ReadPair:
    """Two answers to one query with the critic's p_flawed of each, and their lengths in characters.

    `is_first_better` None: both are right, or both wrong.
    """

    p_flawed: tuple[float, float]
    chars: tuple[int, int]
    is_first_better: bool | None = None


@dataclass(frozen=True)
class ReadSteps:
    """Which step, from 0, is the first wrong one, and which the critic says; None: none is."""

    truth: int | None
    said: int | None


@dataclass(frozen=True)
class StepFigures:
    """`found` is of the answers with a wrong step: those whose first one it points at; `left_alone` of
    those without: those in which it finds nothing. `f1` is the harmonic mean of the two."""

    found: Proportion
    left_alone: Proportion

    @property
    def f1(self) -> float | None:
        """ProcessBench's F1 (Zheng et al., 2024); None where one of the two was not measured."""
        both = self.found.value, self.left_alone.value
        return None if None in both else harmonic_mean([each for each in both if each is not None])


def picks_right(pairs: Sequence[ReadPair]) -> Proportion:
    """Return in what share of the pairs with a right and a wrong answer it scores the right one
    higher, as RewardBench counts it (Lambert et al., 2024): equal scores are no choice."""
    known = [each for each in pairs if each.is_first_better is not None]
    right = sum(_lead(pair) > 0 if pair.is_first_better else _lead(pair) < 0 for pair in known)
    return proportion(right, len(known))


def prefers_longer(pairs: Sequence[ReadPair]) -> Proportion:
    """Return how often it scores the longer of two equally good answers higher, of those of unequal
    length and score: one half where length is nothing to it."""
    equal = [
        each
        for each in pairs
        if each.is_first_better is None and each.chars[0] != each.chars[1] and _lead(each)
    ]
    longer = sum((_lead(pair) > 0) == (pair.chars[0] > pair.chars[1]) for pair in equal)
    return proportion(longer, len(equal))


def first_wrong_steps(read: Sequence[ReadSteps]) -> StepFigures:
    wrong = [each for each in read if each.truth is not None]
    sound = [each for each in read if each.truth is None]
    return StepFigures(
        found=proportion(sum(each.said == each.truth for each in wrong), len(wrong)),
        left_alone=proportion(sum(each.said is None for each in sound), len(sound)),
    )


def _lead(pair: ReadPair) -> float:
    """Return by how much more it thinks of the first."""
    return pair.p_flawed[1] - pair.p_flawed[0]
