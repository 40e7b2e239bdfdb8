"""Whether the critic's word is taken, a person is asked, or neither."""

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from oversight.asking.policies.leverage import LEAST_WRONG, NEUTRAL

POLICY_VERSION = "selective-audit-4"
OVER_BUDGET = (
    "beyond the budget for people"  # the reason for which a pair that wants a person is dropped
)
MIN_DIFFERENCE = 0.1
NEAR_TIE_CONFIDENCE = 0.55
DEFAULT_MINUTES = 1.0  # of a person for one pair, where nobody has judged any
MUST_PRIORITY = 50.0  # more than any pair's urgency
AUDIT_PRIORITY = 100.0  # audits come first: those that a closed review leaves out must be no choice
LEARNER_DISAGREES = "the learner finds the answer likelier that the critic calls worse"

Outcome = Literal["human", "ai", "drop"]


@dataclass(frozen=True)
class Evidence:
    """What is known of one pair before anybody is asked.

    `p_a_better` and `p_difference` are None where the critic gave no score. `alarms` are reasons to
    ask a person whatever the confidence. `p_wrong` is the probability that the critic is wrong as
    audits have shown it, None: as its confidence says. `severity` (0, 1] is that of the worst
    comment, `cluster_weight` (0, 1] falls with the number of near-copies, `leverage` (0, 2) is above
    1 where the learner takes the other side, `minutes` is the time that a person is expected to take.
    """

    p_a_better: float | None
    p_difference: float | None
    alarms: tuple[str, ...] = ()
    p_wrong: float | None = None
    severity: float = 1.0
    cluster_weight: float = 1.0
    leverage: float = NEUTRAL
    minutes: float = DEFAULT_MINUTES

    @property
    def confidence(self) -> float:
        return 0.5 if self.p_a_better is None else max(self.p_a_better, 1 - self.p_a_better)

    @property
    def shows_difference(self) -> bool:
        return self.p_difference is None or self.p_difference >= MIN_DIFFERENCE

    @property
    def is_near_tie(self) -> bool:
        """Whether there is a difference, and the critic cannot say in whose favour."""
        is_unsure = self.p_a_better is not None and self.confidence < NEAR_TIE_CONFIDENCE
        return is_unsure and self.shows_difference

    @property
    def is_eligible(self) -> bool:
        """Whether the critic's word is taken at some confidence."""
        return self.p_a_better is not None and not self.alarms and self.shows_difference

    def with_leverage(self, leverage: float) -> "Evidence":
        """The learner's view counts too, however sure the critic is of itself."""
        return replace(self, leverage=leverage, p_wrong=max(LEAST_WRONG, self.doubt))

    @property
    def doubt(self) -> float:
        return 1 - self.confidence if self.p_wrong is None else self.p_wrong

    @property
    def urgency(self) -> float:
        """P(the critic is wrong) × P(there is anything to be wrong about) × severity × cluster
        weight, per minute of a person."""
        difference = 0.5 if self.p_difference is None else self.p_difference
        return self.doubt * difference * self.severity * self.cluster_weight / self.minutes

    @property
    def worth_asking(self) -> float:
        """By this it is chosen which pairs people are asked about."""
        return self.urgency * self.leverage


@dataclass(frozen=True)
class Route:
    """`is_random`: the pair belongs to a uniform random sample of all pairs, audited or asked anyway."""

    outcome: Outcome
    reasons: tuple[str, ...]
    propensity: float
    is_audit: bool = False
    is_random: bool = False
    priority: float = 0.0


@dataclass(frozen=True)
class RoutingPolicy:
    """`confidence_threshold` None: no confidence is enough, people take all.

    `budget` bounds the items for people and `budget_minutes` their time (None: it does not); the
    audit share is taken out of them first, never cut.
    """

    confidence_threshold: float | None
    audit_share: float
    budget: int
    budget_minutes: float | None = None
    seed: int = field(default=0)


def route_pairs(pairs: Sequence[Evidence], policy: RoutingPolicy) -> list[Route]:
    """Return one route per pair, in order.

    Pairs that want a person are asked while the budget lasts (propensity 1): first those that must
    be asked, then in order of what asking is worth. Of all others a random sample of fixed size is
    audited: ⌈audit_share · n⌉ pairs drawn without replacement, so that each one's propensity is
    exactly known. Drawing at the same rate from the asked ones makes the two a random sample of all.
    """
    wants = [_reasons_to_ask(pair, policy) for pair in pairs]
    audits = min(len(pairs), math.ceil(policy.audit_share * len(pairs)))
    asked = _most_worth_asking(pairs, wants, policy, audits)
    rest = [index for index in range(len(pairs)) if index not in asked]
    rng = random.Random(policy.seed)
    audited = set(rng.sample(rest, min(audits, len(rest))))
    propensity = len(audited) / len(rest) if rest else 0.0
    drawn = _draw(sorted(asked), propensity if rest else 1.0, rng)
    return [
        _route_asked(pair, wants[index], is_random=index in drawn)
        if index in asked
        else _route_rest(pair, wants[index], propensity, is_audit=index in audited)
        for index, pair in enumerate(pairs)
    ]


def _reasons_to_ask(pair: Evidence, policy: RoutingPolicy) -> tuple[str, ...]:
    if pair.p_a_better is None:
        return ("the critic gave no score", *pair.alarms)
    if pair.alarms:
        return pair.alarms
    if not pair.shows_difference:
        return ()
    if policy.confidence_threshold is None:
        return ("no confidence has been shown to be enough: people take all",)
    if pair.confidence < policy.confidence_threshold:
        return (f"critic unsure ({pair.confidence:.2f} < {policy.confidence_threshold:.2f})",)
    return ()


def _most_worth_asking(
    pairs: Sequence[Evidence],
    wants: Sequence[tuple[str, ...]],
    policy: RoutingPolicy,
    audits: int,
) -> set[int]:
    """Return the pairs to ask about: what the budget leaves beside audits of average length."""
    wanting = [index for index in range(len(pairs)) if wants[index]]
    wanting.sort(key=lambda at: (not _must_ask(pairs[at]), -pairs[at].worth_asking, at))
    seats = max(0, policy.budget - audits)
    if policy.budget_minutes is None:
        return set(wanting[:seats])
    mean = sum(pair.minutes for pair in pairs) / len(pairs) if pairs else 0.0
    minutes = policy.budget_minutes - audits * mean
    asked: set[int] = set()
    for index in wanting:
        if len(asked) < seats and pairs[index].minutes <= minutes:
            asked.add(index)
            minutes -= pairs[index].minutes
    return asked


def _must_ask(pair: Evidence) -> bool:
    return bool(pair.alarms) or pair.p_a_better is None


def _draw(indices: Sequence[int], rate: float, rng: random.Random) -> set[int]:
    """Return a random part of `indices`, of rate · n on average, whole numbers rounded at random."""
    size = math.floor(rate * len(indices) + rng.random())
    return set(rng.sample(indices, min(size, len(indices))))


def _route_asked(pair: Evidence, wants: tuple[str, ...], *, is_random: bool) -> Route:
    wants = (*wants, LEARNER_DISAGREES) if pair.leverage > NEUTRAL else wants
    if is_random:
        return Route("human", wants, 1.0, is_random=True, priority=AUDIT_PRIORITY)
    # Not by leverage: of a review that is closed early the agreement of people with the critic is
    # estimated from what was answered, by the critic's confidence, and leverage says more than that.
    priority = pair.urgency + (MUST_PRIORITY if _must_ask(pair) else 0.0)
    return Route("human", wants, 1.0, priority=priority)


def _route_rest(
    pair: Evidence, wants: tuple[str, ...], propensity: float, *, is_audit: bool
) -> Route:
    if is_audit:
        reasons = ("random audit", *wants)
        return Route("human", reasons, propensity, True, True, AUDIT_PRIORITY)
    if wants:
        return Route("drop", (*wants, OVER_BUDGET), propensity)
    if not pair.shows_difference:
        return Route("drop", ("no difference expected",), propensity)
    return Route("ai", (f"critic confident ({pair.confidence:.2f})",), propensity)
