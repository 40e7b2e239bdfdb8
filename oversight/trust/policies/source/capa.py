"""Do two err alike? CAPA, the chance-adjusted probabilistic agreement κ_p of Goel et al. (2025), "Great
Models Think Alike and this Undermines AI Oversight" (arXiv 2502.04313, section 2). Pure.

Two that are right often agree often. What counts is the agreement beyond the one that two with these
accuracies would have whose errors fall independently: κ_p = (observed − expected) / (1 − expected).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from oversight.statistics.labels import Floats
from oversight.trust.policies.critique_effect import Figure

RESAMPLES = 1000
FEWEST_CLUSTERS = 10  # of fewer that are drawn again, intervals are far too narrow
Shares = Sequence[float]  # probabilities of an item's options, which add up to 1


@dataclass(frozen=True)
class Item:
    """What two said of one item of two options or more, and which option is `true`, from 0. Items of a
    cluster are drawn together."""

    one: Shares
    other: Shares
    true: int
    cluster: str = ""


def capa(items: Sequence[Item]) -> float | None:
    """Return κ_p in (−1, 1]; None of no items, and where both are right for certain: they have no errors.

    0: errors fall as by chance; 1: both say the same always.
    """
    if not items:
        return None
    return _kappa(_columns(items), np.arange(len(items)))


def capa_figure(items: Sequence[Item], seed: int = 0) -> Figure | None:
    """Return κ_p with the 95 % interval of whole clusters that are drawn again, and how many items;
    None of items of fewer than FEWEST_CLUSTERS."""
    value = capa(items)
    if value is None or too_few_kinds(each.cluster for each in items):
        return None
    columns = _columns(items)
    _, member = np.unique([each.cluster for each in items], return_inverse=True)
    rows_of = [np.flatnonzero(member == cluster) for cluster in range(member.max() + 1)]
    rng = np.random.default_rng(seed)
    drawn = (rng.integers(0, len(rows_of), size=len(rows_of)) for _ in range(RESAMPLES))
    found = [_kappa(columns, np.concatenate([rows_of[at] for at in each])) for each in drawn]
    low, high = np.quantile([each for each in found if each is not None], [0.025, 0.975])
    return Figure(value, float(low), float(high), len(items))


def too_few_kinds(clusters: Iterable[str]) -> str:
    """Return why nothing is said of answers to queries of these clusters; empty where they are enough."""
    kinds = len(set(clusters))
    if kinds >= FEWEST_CLUSTERS:
        return ""
    of = "one kind" if kinds == 1 else f"{kinds} kinds"
    return (
        f"the answers are to questions of {of} alone, and {FEWEST_CLUSTERS} kinds are the fewest."
    )


def beside_the_writer(read: Sequence[tuple[float, bool, str]]) -> list[Item]:
    """Return a critic's readings beside what who wrote the answers thought of them: that they are right.

    `read`: p_flawed, whether the answer is flawed, and the cluster of its query. The options are right
    (0) and flawed (1); whoever wrote an answer stands by it.
    """
    return [Item((1 - p, p), (1.0, 0.0), int(flawed), cluster) for p, flawed, cluster in read]


def _columns(items: Sequence[Item]) -> Floats:
    """Return for each item: the agreement, what either gives the true option, 1 / (options − 1)."""
    rows = [
        (
            sum(a * b for a, b in zip(each.one, each.other, strict=True)),
            each.one[each.true],
            each.other[each.true],
            1 / (len(each.one) - 1),
        )
        for each in items
    ]
    return np.array(rows, dtype=np.float64)


def _kappa(columns: Floats, rows: "np.ndarray[tuple[int], np.dtype[np.int64]]") -> float | None:
    observed, one, other, fraction = columns[rows].mean(axis=0)
    expected = one * other + fraction * (1 - one) * (1 - other)
    return None if np.isclose(expected, 1) else float((observed - expected) / (1 - expected))
