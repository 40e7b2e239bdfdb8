"""The strength of versions (or answers) from who beat whom, with intervals."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from oversight.statistics.labels import Floats, Ints
from oversight.statistics.logistic import Penalty, fit_logistic

RESAMPLES = 1000
PRIOR_STRENGTH = 0.1  # keeps who never lost finite, and those who never met comparable


@dataclass(frozen=True)
class Match:
    """`outcome`: 1 where `first` was preferred, 0 where `second` was, ½ a tie. Matches of one
    cluster (near-copies of a query) are resampled together."""

    first: str
    second: str
    outcome: float
    cluster: str


@dataclass(frozen=True)
class Strength:
    """Log-odds against an average player, with the 95 % interval; `matches` played."""

    value: float
    low: float
    high: float
    matches: int


def fit_bradley_terry(
    matches: Sequence[Match],
    *,
    prior: float = PRIOR_STRENGTH,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> dict[str, Strength]:
    """Return each player's strength s: P(i beats j) = σ(s_i − s_j) (Bradley and Terry, 1952).

    A tie is half a win for each. `prior` is the precision of a Gaussian about the average player.
    Strengths sum to 0. The interval is the wider one of two at either end: of resampled clusters, and
    of what matches so few leave open, which resamples that all agree (who never lost, ties only)
    cannot show. Raises ValueError without matches, or where a player meets itself.
    """
    if not matches:
        raise ValueError("no matches")
    if mirrored := next((m for m in matches if m.first == m.second), None):
        raise ValueError(f"{mirrored.first!r} cannot meet itself")
    names = sorted({name for match in matches for name in (match.first, match.second)})
    first, second, wins, played = _tally(matches, names)
    rng = np.random.default_rng(seed)
    draws = rng.integers(0, len(wins), size=(resamples, len(wins)))
    chosen = np.stack([np.bincount(draw, minlength=len(wins)) for draw in draws]).astype(np.float64)
    value = _fit(first, second, wins.sum(axis=0), played.sum(axis=0), np.zeros(len(names)), prior)
    flat = np.zeros(len(names))
    resampled = [_fit(first, second, c @ wins, c @ played, flat, prior, value) for c in chosen]
    believed = [
        _fit(first, second, shares * met, met, belief, prior, value)
        for shares, met, belief in _draw_beliefs(wins, played, len(names), prior, resamples, rng)
    ]
    ends = [np.quantile(each, [0.025, 0.975], axis=0) for each in (resampled, believed)]
    low, high = np.min(ends, axis=0)[0], np.max(ends, axis=0)[1]
    total = played.sum(axis=0)
    met = np.bincount(first, total, len(names)) + np.bincount(second, total, len(names))
    return {
        name: Strength(float(value[at]), float(low[at]), float(high[at]), int(met[at]))
        for at, name in enumerate(names)
    }


def win_probability(first: Strength, second: Strength) -> float:
    """Return P(the first is preferred to the second)."""
    return float(1 / (1 + np.exp(second.value - first.value)))


def _draw_beliefs(
    wins: Floats, played: Floats, players: int, prior: float, draws: int, rng: np.random.Generator
) -> Iterator[tuple[Floats, Floats, Floats]]:
    """Yield each pair's share of wins from its posterior, its matches, (pairs,) each, and the mean of
    the prior drawn anew, (players,): who never met the others may be anywhere that it allows.

    Shares are of Jeffreys' Beta. Matches of one pair in one cluster are one observation.
    """
    share = np.divide(wins, played, out=np.zeros_like(wins), where=played > 0).sum(axis=0)
    met = np.count_nonzero(played, axis=0).astype(np.float64)
    for _ in range(draws):
        yield (
            rng.beta(share + 0.5, met - share + 0.5),
            met,
            rng.normal(0, prior**-0.5, size=players),
        )


def _tally(matches: Sequence[Match], names: Sequence[str]) -> tuple[Ints, Ints, Floats, Floats]:
    """Return the pairs of players that met, as positions (pairs,), and in each cluster the wins of
    the first and the matches, (clusters, pairs)."""
    code = {name: at for at, name in enumerate(names)}
    sides = np.array([(code[m.first], code[m.second]) for m in matches], dtype=np.int64)
    outcome = np.array([match.outcome for match in matches], dtype=np.float64)
    is_turned = sides[:, 0] > sides[:, 1]
    outcome = np.where(is_turned, 1 - outcome, outcome)
    pairs, pair = np.unique(np.sort(sides, axis=1), axis=0, return_inverse=True)
    clusters, cluster = np.unique([match.cluster for match in matches], return_inverse=True)
    wins, played = np.zeros((2, len(clusters), len(pairs)))
    np.add.at(wins, (cluster, pair.ravel()), outcome)
    np.add.at(played, (cluster, pair.ravel()), 1)
    return pairs[:, 0], pairs[:, 1], wins, played


def _fit(
    first: Ints,
    second: Ints,
    wins: Floats,
    played: Floats,
    belief: Floats,
    prior: float,
    start: Floats | None = None,
) -> Floats:
    """Return the strengths (players,) under a Gaussian prior with mean `belief`."""
    eye = np.eye(len(belief))
    penalty = Penalty(belief, np.full(len(belief), prior))
    share = np.divide(wins, played, out=np.full(len(wins), 0.5), where=played > 0)
    found = fit_logistic(eye[first] - eye[second], share, penalty, weights=played, start=start)
    return np.asarray(found - found.mean())
