"""How often one person errs, from what several said of the same pair."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

PRIOR_RIGHT = 8.0
PRIOR_WRONG = 1.0
LARGEST_ERROR = 0.49


@dataclass(frozen=True)
class Answer:
    """One person's choice; `is_final`: of somebody who was asked to settle the matter."""

    prefers_a: bool
    is_final: bool = False


@dataclass(frozen=True)
class Repeats:
    """`error` is the probability that one person prefers the wrong response; `pairs` had several
    answers, which made `comparisons`."""

    error: float
    pairs: int
    comparisons: int


def estimate_error(pairs: Sequence[Sequence[Answer]]) -> Repeats:
    """Estimate the error that people share, with Beta(8, 1) answers before any.

    Two who err independently with probability e agree with probability e² + (1 − e)²; who is
    compared with a final answer agrees with 1 − e. Each kind gives its e, weighed by how many
    comparisons it has.
    """
    peers, settled = [], []
    for answers in pairs:
        plain = [answer for answer in answers if not answer.is_final]
        final = next((answer for answer in answers if answer.is_final), None)
        if final:
            settled += [answer.prefers_a == final.prefers_a for answer in plain]
        elif len(plain) > 1:
            # Neighbours only: all couples of many answers would count the same slip many times.
            peers += [one.prefers_a == other.prefers_a for one, other in pairwise(plain)]
    several = sum(len(answers) > 1 for answers in pairs)
    total = len(peers) + len(settled)
    agreement = _posterior(peers)
    by_peers = (1 - math.sqrt(max(0.0, 2 * agreement - 1))) / 2
    by_final = 1 - _posterior(settled)
    share = len(peers) / total if total else 1.0
    error = share * by_peers + (1 - share) * by_final
    return Repeats(min(error, LARGEST_ERROR), several, total)


def majority_reliability(error: float, lead: int) -> float:
    """Return P(the majority is right) where it leads by `lead` answers of independent people.

    Among equal annotators the numbers on both sides matter only by their difference: the odds are
    ((1 − e) / e)^lead.
    """
    if error == 0:
        return 1.0
    odds = ((1 - error) / error) ** lead
    return odds / (1 + odds)


def _posterior(agrees: Sequence[bool]) -> float:
    return (sum(agrees) + PRIOR_RIGHT) / (len(agrees) + PRIOR_RIGHT + PRIOR_WRONG)
