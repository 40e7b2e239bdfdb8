"""The gate of an attacker: a new version goes to work only where it finds more, beyond chance. Pure.

Both versions write near the same held-out queries, the learner answers, the checker confirms. Counted
are failures of fair queries and the different ways to fail among them: one that tells the same joke
more often, or asks what nobody could answer, is refused.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import sqrt

from models_srv.evaluation import distinct_2, proportion
from oversight.attacks.policies.confirming import Outcome
from oversight.learning.policies.gate import MAX_LOSS, MIN_DISTINCT_RATIO, GateVerdict
from oversight.learning.policies.win_rates import PairedScore, mean_difference
from oversight.statistics.richness import Richness, rarefied

LEAST_SEEDS = 40  # held-out queries to write near, below which nothing can be told
LEAST_WAYS = 0.9  # of the parent's different ways to fail, where chance may explain the loss
FAILS, FAIR, WAYS = "failures found", "fair questions", "different failures"
PER = 100


@dataclass(frozen=True)
class TriedAttack:
    """What one version wrote near a held-out query, and what it came to. `failing_cluster`: what fails
    alike. A text that was there already counts as unfair: nothing is learnt from it."""

    seed: int
    cluster: str
    is_candidate: bool
    text: str
    outcome: Outcome
    failing_cluster: str = ""


def judge_attacker(tried: Sequence[TriedAttack], seed: int) -> GateVerdict:
    """Compare a new attacker with its parent. Refuses by default, with reasons in words.

    Promoted where it finds either more valid failures of as many queries, or more different ones,
    beyond chance (95 % interval), and is not worse in either, nor in the share of fair queries:
    beyond chance, or by more than MAX_LOSS (of the different ones: below LEAST_WAYS of the parent's);
    nor in variety (distinct-2 keeps MIN_DISTINCT_RATIO).
    """
    if problem := why_not_told(len({each.seed for each in tried})):
        return GateVerdict(False, (problem,), {})
    sides = {side: [each for each in tried if each.is_candidate is side] for side in (True, False)}
    if not (sides[True] and sides[False]):
        return GateVerdict(False, ("one of the two versions wrote nothing",), {})
    gains = {FAILS: _gain(tried, _failed, seed), FAIR: _gain(tried, _is_fair, seed)}
    ways = _ways(sides[True], sides[False])
    metrics = _metrics(sides[True], sides[False], gains, ways)
    failures = [*_failures(gains, ways), *_less_varied(metrics)]
    if failures:
        return GateVerdict(False, tuple(failures), metrics)
    return GateVerdict(True, tuple(_better(gains, ways, metrics)), metrics)


def why_not_told(seeds: int) -> str:
    """Return why so few held-out queries tell nothing, "" where they are enough."""
    if seeds >= LEAST_SEEDS:
        return ""
    return (
        f"there are {seeds} held-out queries to write near, at least {LEAST_SEEDS} are needed to tell "
        "one attacker from another"
    )


Gain = tuple[float, float, float]


@dataclass(frozen=True)
class Ways:
    """Different ways to fail among equally many queries, and the difference with its interval."""

    new: Richness
    old: Richness

    @property
    def gain(self) -> Gain:
        """Newcombe's (1998) interval of a difference, from each side's own: wide rather than narrow,
        since both sides write near the same queries."""
        new, old = self.new, self.old
        mean = new.value - old.value
        low = mean - sqrt((new.value - new.low) ** 2 + (old.high - old.value) ** 2)
        high = mean + sqrt((new.high - new.value) ** 2 + (old.value - old.low) ** 2)
        return mean, low, high


def _failed(each: TriedAttack) -> bool:
    return each.outcome is Outcome.FAILED


def _is_fair(each: TriedAttack) -> bool:
    return each.outcome is not Outcome.UNFAIR


def _gain(tried: Sequence[TriedAttack], hit: Callable[[TriedAttack], bool], seed: int) -> Gain:
    """Return the gain in a share, by held-out queries that both versions wrote near."""
    found: dict[int, dict[bool, list[bool]]] = {}
    clusters = {each.seed: each.cluster for each in tried}
    for each in tried:
        found.setdefault(each.seed, {}).setdefault(each.is_candidate, []).append(hit(each))
    rows = [
        PairedScore(clusters[at], _share(sides[True]), _share(sides[False]))
        for at, sides in found.items()
        if len(sides) == 2
    ]
    return mean_difference(rows, seed)


def _ways(new: Sequence[TriedAttack], old: Sequence[TriedAttack]) -> Ways:
    size = min(len(new), len(old))
    found = []
    for side in (new, old):
        counts = Counter(each.failing_cluster for each in side if _failed(each))
        found.append(rarefied(list(counts.values()), len(side), size))
    assert found[0] is not None
    assert found[1] is not None
    return Ways(found[0], found[1])


def _failures(gains: dict[str, Gain], ways: Ways) -> Iterator[str]:
    for name, (mean, low, high) in gains.items():
        if high < 0 or mean < -MAX_LOSS:
            yield f"worse in {name}: by {-mean:.3f}, 95 % interval {-high:.3f} to {-low:.3f}"
    mean, low, high = ways.gain
    if high < 0 or ways.new.value < LEAST_WAYS * ways.old.value:
        yield (
            f"it finds fewer different failures: {ways.new.value:.0f} against {ways.old.value:.0f} "
            f"among {ways.new.size} questions"
        )
    if not (gains[FAILS][1] > 0 or low > 0):
        yield (
            "not better beyond chance: it finds neither more failures "
            f"({_words(gains[FAILS])}) nor more different ones ({_words((mean, low, high), 0)})"
        )


def _less_varied(metrics: dict[str, float]) -> Iterator[str]:
    new, old = metrics["distinct_2_candidate"], metrics["distinct_2_baseline"]
    if new < MIN_DISTINCT_RATIO * old:
        yield f"less varied: distinct-2 {new:.3f} against {old:.3f}"


def _better(gains: dict[str, Gain], ways: Ways, metrics: dict[str, float]) -> Iterator[str]:
    if gains[FAILS][1] > 0:
        new, old = (metrics[f"{FAILS}_{side}"] for side in ("candidate", "baseline"))
        yield (
            f"of its questions {new:.3f} are fair and make the learner fail, before {old:.3f} "
            f"(gain {_words(gains[FAILS])})"
        )
    if ways.gain[1] > 0:
        yield (
            f"it finds {ways.new.value:.0f} different failures among {ways.new.size} questions, "
            f"before {ways.old.value:.0f} (gain {_words(ways.gain, 0)})"
        )


def _words(gain: Gain, digits: int = 3) -> str:
    mean, low, high = gain
    return f"{mean:+.{digits}f}, 95 % interval {low:+.{digits}f} to {high:+.{digits}f}"


def _metrics(
    new: Sequence[TriedAttack], old: Sequence[TriedAttack], gains: dict[str, Gain], ways: Ways
) -> dict[str, float]:
    found: dict[str, float] = {}
    for side, tried, way in (("candidate", new, ways.new), ("baseline", old, ways.old)):
        found |= {f"questions_{side}": float(len(tried))}
        for name, hit in ((FAILS, _failed), (FAIR, _is_fair)):
            found |= _interval(f"{name}_{side}", [hit(each) for each in tried])
        found |= {
            f"{WAYS}_{side}": way.value,
            f"{WAYS}_{side}_low": way.low,
            f"{WAYS}_{side}_high": way.high,
            f"distinct_2_{side}": distinct_2([each.text for each in tried]) or 0.0,
        }
    for name, (mean, low, high) in {**gains, WAYS: ways.gain}.items():
        found |= {f"{name}_gain": mean, f"{name}_gain_low": low, f"{name}_gain_high": high}
    return found


def _interval(name: str, hits: Sequence[bool]) -> dict[str, float]:
    share = proportion(sum(hits), len(hits))
    ends = {name: share.value, f"{name}_low": share.low, f"{name}_high": share.high}
    return {key: value or 0.0 for key, value in ends.items()}


def _share(hits: Sequence[bool]) -> float:
    return sum(hits) / len(hits)
