"""How many different kinds a sample of a given size would hold."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, lgamma, sqrt

Z = 1.96


@dataclass(frozen=True)
class Richness:
    """`value` different kinds among `size` draws of the `n` that there are, with its 95 % interval."""

    value: float
    low: float
    high: float
    size: int
    n: int


def rarefied(counts: Sequence[int], n: int, size: int) -> Richness | None:
    """Return how many different kinds `size` of `n` draws hold; None where there are fewer draws.

    `counts`: how often each kind was drawn; draws beyond their sum are of no kind. Samples of
    different sizes compare only at one size: the larger finds the rest (Hurlbert, *The nonconcept
    of species diversity*, 1971). The interval is the unconditional one of Colwell et al.,
    *Models and estimators linking individual-based and sample-based rarefaction*, 2012, eq. 5.
    """
    if n < size or size <= 0:
        return None
    rest = n - sum(counts)
    often = Counter([*counts, *([rest] if rest else [])])
    missed = {k: _share_missed(k, n, size) for k in often}
    seen = sum((1 - missed[k]) * number for k, number in often.items())
    squares = sum((1 - missed[k]) ** 2 * number for k, number in often.items())
    deviation = sqrt(max(squares - seen**2 / _chao1(often), 0.0))
    value = seen - (1 - missed[rest] if rest else 0.0)
    low, high = max(value - Z * deviation, 0.0), min(value + Z * deviation, float(size))
    return Richness(value, low, high, size, n)


def _share_missed(k: int, n: int, size: int) -> float:
    """Return the share of samples of `size` in which none of `k` among `n` is."""
    if n - k < size:
        return 0.0
    logs = lgamma(n - k + 1) - lgamma(n - k - size + 1) - lgamma(n + 1) + lgamma(n - size + 1)
    return exp(logs)


def _chao1(often: Counter[int]) -> float:
    """Return a lower bound of how many kinds there are in all (Chao, 1984; bias-corrected)."""
    once, twice = often[1], often[2]
    return sum(often.values()) + once * (once - 1) / (2 * (twice + 1))
