"""Pairs that a source judged, with what people said of some, as columns that statistics compute on."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import logit

from oversight.statistics.labels import Bools, Floats
from oversight.trust.policies.acceptance.rule import confidence_of
from oversight.trust.policies.source.model import SourcePairs

CATEGORIES = 12
EDGE = 1e-4
NOTHING = 1e-9
SIDES = ("length", "likelihood", "place")
TRAITS = ("confidence", "length gap")
REWARD = "reward margin"
ANEW = "written anew"

HumanChoice = Literal["a", "b", "tie"]


@dataclass(frozen=True)
class Answer:
    """`logprob` is the learner's own, in nats per token, None where it is not known."""

    chars: int
    logprob: float | None


@dataclass(frozen=True)
class JudgedPair:
    """`p_a_better` is the source's word; `human` what people said, None where nobody has answered.

    `is_random`: in the random sample of all pairs. `is_eligible`: no rule asks a person or drops the
    pair whatever the confidence. `p_calibrated` is what earlier audits made of `p_a_better`,
    `propensity` is the probability that a person was asked, `reward_margin` what a model of people's
    labels says of the pair: log π(a) − log π(b) in nats. `anew` is the answer that the learner wrote
    anew after a critique of the other; empty where both are of its first ones.
    """

    round: int
    query_id: int
    category: str
    p_a_better: float
    a: Answer
    b: Answer
    human: HumanChoice | None = None
    is_random: bool = False
    is_eligible: bool = False
    p_calibrated: float | None = None
    propensity: float = 1.0
    reward_margin: float | None = None
    anew: Literal["", "a", "b"] = ""

    @property
    def prefers_a(self) -> bool:
        return self.p_a_better > 0.5

    @property
    def is_audited(self) -> bool:
        """Whether a random audit says whether the source is right. Ties say nothing of it."""
        return self.is_random and self.human in ("a", "b")

    @property
    def is_tie(self) -> bool:
        """Whether people judged it and prefer neither: alike, both bad, or level."""
        return self.human == "tie"

    @property
    def agrees(self) -> bool:
        return (self.human == "a") == self.prefers_a


def majority_of(choices: Iterable[str]) -> HumanChoice:
    """Return what most prefer. Those who prefer neither do not outvote those who do."""
    given = list(choices)
    lead = given.count("a") - given.count("b")
    return "tie" if lead == 0 else "a" if lead > 0 else "b"


def acceptance_columns(pairs: Sequence[JudgedPair]) -> tuple[Floats, Bools]:
    """Return confidence and whether the choice is wrong for the random eligible pairs, each (n,).

    People's ties count as wrong: there is no preference to learn from them.
    """
    judged = accepting_pairs(pairs)
    confidence = confidence_of(np.array([pair.p_a_better for pair in judged], dtype=np.float64))
    return confidence, np.array([not pair.agrees or pair.is_tie for pair in judged], bool)


def accepting_pairs(pairs: Sequence[JudgedPair]) -> list[JudgedPair]:
    """Return the pairs from which a rule of acceptance learns: random, eligible and judged."""
    return [p for p in pairs if p.is_random and p.is_eligible and p.human is not None]


def calibration_columns(pairs: Sequence[JudgedPair]) -> tuple[Floats, Floats]:
    """Return the source's P(a better) and whether people prefer a, of the audited pairs, each (n,)."""
    audited = [pair for pair in pairs if pair.is_audited]
    said = np.array([pair.p_a_better for pair in audited], dtype=np.float64)
    return said, np.array([pair.human == "a" for pair in audited], dtype=np.float64)


@dataclass(frozen=True)
class NamedPairs:
    """Pairs as the source model takes them, with the names of their columns."""

    columns: SourcePairs
    traits: list[str]
    sides: list[str]
    features: list[str]


def population_columns(pairs: Sequence[JudgedPair]) -> tuple[Floats, Floats, Floats, Floats]:
    """Return whether people agree, the agreement foretold and the propensity of each pair that they
    judged, ties aside, each (n,), and the agreement foretold of all pairs (pairs,).

    It is foretold by the source's confidence, as earlier audits corrected it when it was routed.
    """
    said = [p.p_a_better if p.p_calibrated is None else p.p_calibrated for p in pairs]
    foretold = np.array(
        [p if pair.prefers_a else 1 - p for p, pair in zip(said, pairs, strict=True)]
    )
    at = np.array([pair.human in ("a", "b") and pair.propensity > 0 for pair in pairs], dtype=bool)
    agrees = np.array([pair.agrees for pair in pairs], dtype=np.float64)
    propensity = np.array([pair.propensity for pair in pairs], dtype=np.float64)
    return agrees[at], foretold[at], propensity[at], foretold


def source_pairs(pairs: Sequence[JudgedPair]) -> NamedPairs:
    """Return what a source's confusion and people's preference may depend on.

    Sides: the longer answer, the one that the learner itself found likelier, the one listed first, and
    where there are some, the one that was written anew: it was written to please the critic.
    Traits: the source's confidence, how unequal the lengths are, whether one was written anew, the
    category. Features: the reward
    margin where there is one, which has seen the texts; else the sides. All but the place are scaled
    to unit spread.
    """
    length = np.array([np.log((p.a.chars + 1) / (p.b.chars + 1)) for p in pairs])
    likelihood = np.array([_gap(pair.a.logprob, pair.b.logprob) for pair in pairs])
    anew, is_anew, which = _anew_columns(pairs)
    sides = np.column_stack([_scaled(length), _scaled(likelihood), np.ones(len(pairs)), which])
    said = np.array([pair.p_a_better for pair in pairs])
    sureness = np.abs(logit(np.clip(said, EDGE, 1 - EDGE)))
    names, one_hot = _categories([pair.category for pair in pairs])
    gaps = np.column_stack([_scaled(each - each.mean()) for each in (sureness, np.abs(length))])
    margins = np.array([[pair.reward_margin or 0.0] for pair in pairs])
    is_scored = bool(margins.any())
    columns = SourcePairs(
        is_a_source=said > 0.5,
        is_a_human=np.array([_answer(pair) for pair in pairs]),
        traits=np.hstack([gaps, is_anew, one_hot]),
        sides=sides,
        features=_scaled(margins) if is_scored else sides,
    )
    named_sides = [*SIDES, *anew]
    features = [REWARD] if is_scored else named_sides
    return NamedPairs(columns, [*TRAITS, *anew, *names], named_sides, features)


def _anew_columns(pairs: Sequence[JudgedPair]) -> tuple[list[str], Floats, Floats]:
    """Return the column's name, whether one answer was written anew, less the share, and which (a: +1,
    b: −1), each (pairs, 1); no column where there is no such pair."""
    which = np.array([[(p.anew == "a") - (p.anew == "b")] for p in pairs], dtype=np.float64)
    if not which.any():
        return [], np.empty((len(pairs), 0)), np.empty((len(pairs), 0))
    is_anew = np.abs(which)
    return [ANEW], is_anew - is_anew.mean(), _scaled(which)


def _answer(pair: JudgedPair) -> float:
    return float(pair.human == "a") if pair.is_audited else float("nan")


def _gap(a: float | None, b: float | None) -> float:
    return 0.0 if a is None or b is None else a - b


def _scaled(column: Floats) -> Floats:
    """Return the column with a root mean square of 1; one of rounding errors becomes zeros."""
    spread = float(np.sqrt(np.mean(column**2)))
    return column / spread if spread > NOTHING else np.zeros_like(column)


def _categories(given: Sequence[str]) -> tuple[list[str], Floats]:
    """Return the commonest categories and, for each, its indicator less its share, (pairs, names)."""
    names = [name for name, _ in Counter(given).most_common(CATEGORIES) if name]
    if len(names) < 2:
        return [], np.empty((len(given), 0))
    one_hot = np.array([[name == each for name in names] for each in given], dtype=np.float64)
    return names, one_hot - one_hot.mean(axis=0)
