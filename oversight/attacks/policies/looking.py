"""Where the attacker looks next: Thompson sampling on confirmed failures. Pure, seeded.

For each query to be written a rate of gain is drawn for every kind from what is known of it, and
the kind with the highest draw is taken (Thompson, *On the likelihood that one unknown probability
exceeds another*, 1933). A kind that is hardly known is drawn wide, so it is tried too.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

# What the critic thinks of a kind is worth as much as this many confirmed tries.
OPINION_TRIES = 2.0
# A learner's update may have mended what an earlier version failed at: its tries count by half.
KEPT_PER_UPDATE = 0.5
# Some of every round goes to all kinds alike, so that each stays measured.
EVEN_SHARE = 0.1
LEAST = 0.05
DRAWS = 2000


@dataclass(frozen=True)
class Evidence:
    """What is known of one kind of query: confirmed tries that found a failure, and others.

    Both are weights of at least 0 (older tries count for less). `opinion` is the critic's mean
    p_flawed in [0, 1].
    """

    failed: float = 0.0
    other: float = 0.0
    opinion: float = 0.5

    def beta(self) -> tuple[float, float]:
        """Return the two parameters of the Beta distribution of its rate of gain."""
        prior = OPINION_TRIES * self.opinion, OPINION_TRIES * (1 - self.opinion)
        return max(prior[0], LEAST) + self.failed, max(prior[1], LEAST) + self.other


def worth(updates_ago: int) -> float:
    """Return what a try counts for that was made so many updates of the learner ago."""
    return KEPT_PER_UPDATE**updates_ago


def draw_kinds(
    count: int, kinds: Sequence[str], evidence: Mapping[str, Evidence], seed: int
) -> list[str]:
    """Return the kinds of `count` queries, the same for the same seed. No kinds: all are ""."""
    if not kinds:
        return [""] * count
    rng = np.random.default_rng(seed)
    betas = np.array([evidence.get(kind, Evidence()).beta() for kind in kinds])
    likely = rng.beta(betas[:, 0], betas[:, 1], size=(count, len(kinds))).argmax(axis=1)
    even = rng.integers(len(kinds), size=count)
    chosen = np.where(rng.random(count) < EVEN_SHARE, even, likely)
    return [kinds[index] for index in chosen]


def shares(kinds: Sequence[str], evidence: Mapping[str, Evidence], seed: int) -> dict[str, float]:
    """Return the share of the next queries that each kind would get, to within a hundredth or so."""
    counts = Counter(draw_kinds(DRAWS, kinds, evidence, seed))
    return {kind: counts[kind] / DRAWS for kind in kinds}
