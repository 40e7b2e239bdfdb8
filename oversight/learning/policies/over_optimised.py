"""Does the learner please the critic more than it becomes right? Pure.

The further a model is trained from its base, the more its judge's score rises; what people or a checker
find rises first and then falls (Gao et al., *Scaling Laws for Reward Model Overoptimization*, 2023).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Trained:
    """How a version came to be: the KL of its update, in nats per token, from its parent or the base."""

    parent: int | None
    kl: float | None
    is_from_base: bool = False


@dataclass(frozen=True)
class Pleasing:
    """A version at its distance from the base; both scores are means over the same `n` answers."""

    version: str
    kl: float
    critic: float
    truth: float
    n: int


def distances(trained: Mapping[int, Trained]) -> dict[int, float]:
    """Return the KL from the base by version: what each update added, summed from the first version on.

    A sum of steps is at most near the true distance, and is only read as an order. A version with an
    update whose KL is not known, or one of whose ancestors is not known, is left out.
    """
    found: dict[int, float] = {}
    # Parents come before their children: versions are numbered as they are made.
    for pk in sorted(trained):
        row = trained[pk]
        if row.parent is None:
            found[pk] = 0.0
        elif row.kl is not None and row.is_from_base:
            found[pk] = row.kl
        elif row.kl is not None and row.parent in found:
            found[pk] = found[row.parent] + row.kl
    return found


def in_order(points: Sequence[Pleasing]) -> list[Pleasing]:
    """Return the points by their distance, [] where fewer than two can be compared."""
    return sorted(points, key=lambda point: point.kl) if len(points) > 1 else []
