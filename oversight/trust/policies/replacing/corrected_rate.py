"""How often a thing truly holds, by a judge who errs: its rate, corrected by its known errors. Pure.

Rogan and Gladen (1978): of a rate p, a share q1 of what holds found and a share q0 of what does not
hold left alone, the truth is (p + q0 - 1) / (q0 + q1 - 1). The interval knows that q0 and q1 were
measured on few: Lang and Reiczigel (2014), whose coverage holds where the delta method's does not;
for models as judges Lee et al. (2025), "How to Correctly Report LLM-as-a-Judge Evaluations".
"""

from dataclasses import dataclass
from math import sqrt

QUANTILE = 1.959963984540054  # of the standard normal at 0.975


@dataclass(frozen=True)
class Tally:
    """`count` of `total` said so."""

    count: int
    total: int

    def __post_init__(self) -> None:
        if not 0 <= self.count <= self.total or not self.total:
            raise ValueError("a tally counts some of at least one")

    @property
    def share(self) -> float:
        return self.count / self.total


@dataclass(frozen=True)
class CorrectedRate:
    """The true share with its 95 % interval, all within 0 to 1."""

    value: float
    low: float
    high: float


def corrected_rate(said: Tally, found: Tally, left_alone: Tally) -> CorrectedRate | None:
    """Return how often it truly holds; None where the judge is no better than a coin (q0 + q1 <= 1).

    `said`: what the judge said of all. `found`: of those where it holds by people's word, how many the
    judge says so of (q1). `left_alone`: of those where it does not, how many it says no of (q0).
    """
    if (
        found.count * left_alone.total + left_alone.count * found.total
        <= found.total * left_alone.total
    ):
        return None
    value = _corrected(said.share, found.share, left_alone.share)
    p, n = _adjusted(said, QUANTILE**2 / 2)
    q1, n1 = _adjusted(found, 1)
    q0, n0 = _adjusted(left_alone, 1)
    if q0 + q1 <= 1:  # measured on so few that it may well be a coin: anything is possible
        return CorrectedRate(_within(value), 0.0, 1.0)
    centre = _corrected(p, q1, q0)
    variance = p * (1 - p) / n + (1 - centre) ** 2 * q0 * (1 - q0) / n0
    variance += centre**2 * q1 * (1 - q1) / n1
    spread = sqrt(variance) / (q0 + q1 - 1)
    shift = 2 * QUANTILE**2 * (centre * q1 * (1 - q1) / n1 - (1 - centre) * q0 * (1 - q0) / n0)
    low, high = (centre + shift + sign * QUANTILE * spread for sign in (-1, 1))
    value = _within(value)
    return CorrectedRate(value, min(value, _within(low)), max(value, _within(high)))


def _corrected(p: float, q1: float, q0: float) -> float:
    return (p + q0 - 1) / (q0 + q1 - 1)


def _adjusted(tally: Tally, added: float) -> tuple[float, float]:
    """Return the share and the size after `added` more of each kind."""
    total = tally.total + 2 * added
    return (tally.count + added) / total, total


def _within(share: float) -> float:
    return min(1.0, max(0.0, share))
