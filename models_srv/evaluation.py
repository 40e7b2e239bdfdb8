"""Figures for comparing model versions: pure functions, 95 % intervals unless told otherwise."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from models_srv.words import words

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


@dataclass(frozen=True)
class Proportion:
    """A share with its Wilson score interval. All three are None where nothing was counted."""

    successes: int
    count: int
    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class WinRate:
    """Candidate against active, one comparison per query. `rate` is of the decided ones."""

    wins: int
    losses: int
    ties: int
    rate: Proportion


def proportion(successes: int, count: int, confidence: float = 0.95) -> Proportion:
    """Return a share with its Wilson score interval (Wilson, 1927)."""
    if not 0 <= successes <= count:
        raise ValueError(f"{successes} of {count} is no share.")
    if not count:
        return Proportion(0, 0, None, None, None)
    from scipy.stats import binomtest

    interval = binomtest(successes, count).proportion_ci(confidence, method="wilson")
    return Proportion(
        successes, count, successes / count, float(interval.low), float(interval.high)
    )


def area_under_roc(scores: "ArrayLike", labels: "ArrayLike") -> float:
    """Return P(a score whose label is true > one whose label is not), ties counting one half.

    Both of shape (n,), with labels of either kind: Mann and Whitney's estimate.
    """
    import numpy as np
    from scipy.stats import rankdata

    is_true = np.asarray(labels, dtype=np.bool_)
    trues = int(is_true.sum())
    wins = rankdata(scores)[is_true].sum() - trues * (trues + 1) / 2
    return float(wins / (trues * (len(is_true) - trues)))


def accuracy(outcomes: Iterable[bool | None], confidence: float = 0.95) -> Proportion:
    """Return the share of right outcomes; None is unscored and does not count."""
    scored = [outcome for outcome in outcomes if outcome is not None]
    return proportion(sum(scored), len(scored), confidence)


def win_rate(
    pairs: Iterable[tuple[float | None, float | None]], confidence: float = 0.95
) -> WinRate:
    """Compare (candidate, active) scores query by query.

    A tie counts for neither, so `rate` answers: where they differ, how often is the candidate
    better? A query with an unscored side does not count.
    """
    scored = [(mine, other) for mine, other in pairs if mine is not None and other is not None]
    wins = sum(mine > other for mine, other in scored)
    losses = sum(mine < other for mine, other in scored)
    rate = proportion(wins, wins + losses, confidence)
    return WinRate(wins, losses, len(scored) - wins - losses, rate)


def distinct_2(texts: Sequence[str]) -> float | None:
    """Return distinct pairs of neighbouring words over all of them (Li et al., 2016), case folded.

    Words as in `models_srv.words`: of a script without spaces, its characters.

    None where there is no pair. A fall from version to version is a sign of collapse. The figure
    falls with the number of texts too: compare only equal numbers of them.
    """
    pairs = [pair for text in texts for pair in pairwise(words(text.casefold()))]
    return len(set(pairs)) / len(pairs) if pairs else None
