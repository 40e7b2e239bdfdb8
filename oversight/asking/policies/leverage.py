"""What people's word on a pair would change: where the learner itself takes the other side."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import expit

NEUTRAL = 1.0


@dataclass(frozen=True)
class TwoViews:
    """`p_a_better` is the critic's, `margin` the learner's log π(a) − log π(b) in nats; None: unknown."""

    p_a_better: float | None
    margin: float | None

    @property
    def contradiction(self) -> float | None:
        """How many nats likelier the learner finds the one that the critic calls worse."""
        if self.margin is None or self.p_a_better is None or self.p_a_better == 0.5:
            return None
        return -self.margin if self.p_a_better > 0.5 else self.margin


def leverages(pairs: Sequence[TwoViews]) -> list[float]:
    """Return of each pair in (0, 2) how far the learner would move, NEUTRAL where that is not known.

    2 σ(contradiction / root mean square of the pairs' margins): the slope of DPO's loss at the critic's
    choice, seen from a flat reference (Rafailov et al. 2023, equation 7). Where the critic is wrong the
    learner often is sure of the other answer, so that such pairs also hold more errors.
    """
    views = [pair.contradiction for pair in pairs]
    known = [view for view in views if view is not None]
    scale = float(np.sqrt(np.mean(np.square(known)))) if known else 0.0
    if scale == 0:
        return [NEUTRAL] * len(pairs)
    return [NEUTRAL if view is None else float(2 * expit(view / scale)) for view in views]
