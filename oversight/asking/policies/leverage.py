"""How much more people's word on a pair is worth where the learner itself takes the other side."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import expit

NEUTRAL = 1.0
LEAST_WRONG = 0.05  # P(the critic is wrong), however sure it is of itself
LEAST_SCALE = 1.0  # nats; who finds two texts likely alike takes no side


@dataclass(frozen=True)
class TwoViews:
    """`p_a_better` is the critic's, `margin` the learner's log π(a) − log π(b) in nats; None: unknown."""

    p_a_better: float | None
    margin: float | None

    @property
    def contradiction(self) -> float | None:
        """How many nats likelier the learner finds the one that the critic calls worse, on the
        average over what the critic believes."""
        if self.p_a_better is None or self.margin is None or not math.isfinite(self.margin):
            return None
        return (1 - 2 * self.p_a_better) * self.margin


def leverages(pairs: Sequence[TwoViews]) -> list[float]:
    """Return a weight in (0, 2) for each pair: above NEUTRAL where the learner takes the other side.

    2 σ(contradiction / median absolute contradiction of the pairs). A heuristic: of the pairs on which
    the two disagree by much the critic is wrong more often than by its own confidence (`bench-asking`).
    """
    views = [pair.contradiction for pair in pairs]
    known = [abs(view) for view in views if view is not None]
    scale = max(LEAST_SCALE, float(np.median(known))) if known else LEAST_SCALE
    return [NEUTRAL if view is None else float(2 * expit(view / scale)) for view in views]
