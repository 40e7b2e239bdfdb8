"""How far a source of feedback can be believed, measured on pairs that people judged too."""

from collections.abc import Sequence
from dataclasses import dataclass

PRIOR_RIGHT = 8.0
PRIOR_WRONG = 1.0


@dataclass(frozen=True)
class Agreement:
    """One pair judged by both: whether the person and the source preferred response a."""

    human_prefers_a: bool
    source_prefers_a: bool


@dataclass(frozen=True)
class Reliability:
    """`p_w` = P(source says w | human prefers w), `p_l` = P(source says w | human prefers l)."""

    p_w: float
    p_l: float
    pairs: int


def estimate_reliability(agreements: Sequence[Agreement]) -> Reliability:
    """Return the posterior mean under a Beta(PRIOR_RIGHT, PRIOR_WRONG) prior.

    A and b are letters drawn at random, so right answers in either direction count alike and
    p_l = 1 − p_w; strata that break this symmetry have estimates of their own.
    """
    right = sum(pair.human_prefers_a == pair.source_prefers_a for pair in agreements)
    total = len(agreements)
    p_w = (right + PRIOR_RIGHT) / (total + PRIOR_RIGHT + PRIOR_WRONG)
    return Reliability(p_w, 1 - p_w, total)
