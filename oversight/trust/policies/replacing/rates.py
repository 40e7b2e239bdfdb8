"""What the critic counts, corrected by how often it errs beside people. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from oversight.trust.policies.replacing.asked_pairs import AskedPair
from oversight.trust.policies.replacing.corrected_rate import (
    CorrectedRate,
    Tally,
    corrected_rate,
)
from oversight.trust.policies.source.judged_pairs import JudgedPair

FEWEST_KNOWN = 10  # of each kind: fewer leave nearly everything possible


@dataclass(frozen=True)
class Rate:
    """`said`: (how many, of how many) the critic says it of. Of those that people spoke of, `found`:
    where it holds by their word, and the critic says so; `left_alone`: where not, and it says no.

    `corrected` is None where people spoke of too few, or the critic is no better than a coin.
    """

    name: str
    said: tuple[int, int]
    found: tuple[int, int]
    left_alone: tuple[int, int]
    corrected: CorrectedRate | None

    @property
    def missing(self) -> tuple[int, int]:
        """How many more are needed where it holds, and where it does not."""
        return max(0, FEWEST_KNOWN - self.found[1]), max(0, FEWEST_KNOWN - self.left_alone[1])

    @property
    def is_coin(self) -> bool:
        return self.corrected is None and not any(self.missing)


def rate_of(name: str, said: Sequence[bool], known: Sequence[tuple[bool, bool]]) -> Rate:
    """Return the rate: `said` by the critic of all, `known` (it says so, people do) of some."""
    holds = [critic for critic, people in known if people]
    holds_not = [not critic for critic, people in known if not people]
    counts = (sum(said), len(said)), (sum(holds), len(holds)), (sum(holds_not), len(holds_not))
    is_enough = bool(said) and min(len(holds), len(holds_not)) >= FEWEST_KNOWN
    tallies = (Tally(*count) for count in counts) if is_enough else ()
    return Rate(name, *counts, corrected_rate(*tallies) if is_enough else None)


def longer_rate(judged: Sequence[JudgedPair], asked: Sequence[AskedPair]) -> Rate:
    """Return how often the longer of two answers is the better one, pairs of one length left out."""
    known = [
        (_takes_longer(pair, pair.prefers_a), _takes_longer(pair, pair.human == "a"))
        for pair in (each.pair for each in asked)
        if pair.a.chars != pair.b.chars and pair.human in ("a", "b")
    ]
    said = [_takes_longer(p, p.prefers_a) for p in judged if p.a.chars != p.b.chars]
    return rate_of("longer", said, known)


def _takes_longer(pair: JudgedPair, prefers_a: bool) -> bool:
    return (pair.a.chars > pair.b.chars) == prefers_a
