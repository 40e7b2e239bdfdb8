"""Whether the critic's word is taken, a person is asked, or neither."""

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

POLICY_VERSION = "confidence-audit-1"
MIN_DIFFERENCE = 0.1

Outcome = Literal["human", "ai", "drop"]


@dataclass(frozen=True)
class Evidence:
    """What is known of one pair before anybody is asked.

    `p_a_better` and `p_difference` are None where the critic gave no score. `alarms` are reasons to
    ask a person whatever the confidence (disagreement, a critical comment whose quote is not there).
    """

    p_a_better: float | None
    p_difference: float | None
    alarms: tuple[str, ...] = ()

    @property
    def confidence(self) -> float:
        return 0.5 if self.p_a_better is None else max(self.p_a_better, 1 - self.p_a_better)

    @property
    def worth_asking(self) -> float:
        """Chance that the critic is wrong times the chance that there is anything to be wrong about."""
        difference = 0.5 if self.p_difference is None else self.p_difference
        return (1 - self.confidence) * difference + (0.25 if self.alarms else 0.0)


@dataclass(frozen=True)
class Route:
    outcome: Outcome
    reasons: tuple[str, ...]
    propensity: float
    is_audit: bool = False
    priority: float = 0.0


@dataclass(frozen=True)
class RoutingPolicy:
    """`budget` bounds the items for people; the audit share is taken out of it first, never cut."""

    confidence_threshold: float
    audit_share: float
    budget: int
    seed: int = field(default=0)


def route_pairs(pairs: Sequence[Evidence], policy: RoutingPolicy) -> list[Route]:
    """Return one route per pair, in order.

    Pairs that want a person are asked in order of what asking is worth while the budget lasts
    (propensity 1). Of all others a random sample of fixed size is audited: ⌈audit_share · n⌉ pairs
    drawn without replacement, so that each one's propensity is exactly known.
    """
    wants = [_reasons_to_ask(pair, policy) for pair in pairs]
    audits = min(len(pairs), math.ceil(policy.audit_share * len(pairs)))
    asked = _most_worth_asking(pairs, wants, max(0, policy.budget - audits))
    rest = [index for index in range(len(pairs)) if index not in asked]
    audited = set(random.Random(policy.seed).sample(rest, min(audits, len(rest))))
    propensity = len(audited) / len(rest) if rest else 0.0
    return [
        Route("human", wants[index], 1.0, priority=pair.worth_asking)
        if index in asked
        else _route_rest(pair, wants[index], propensity, is_audit=index in audited)
        for index, pair in enumerate(pairs)
    ]


def _reasons_to_ask(pair: Evidence, policy: RoutingPolicy) -> tuple[str, ...]:
    if pair.p_a_better is None:
        return ("the critic gave no score", *pair.alarms)
    if pair.alarms:
        return pair.alarms
    if pair.p_difference is not None and pair.p_difference < MIN_DIFFERENCE:
        return ()
    if pair.confidence < policy.confidence_threshold:
        return (f"critic unsure ({pair.confidence:.2f} < {policy.confidence_threshold:.2f})",)
    return ()


def _most_worth_asking(
    pairs: Sequence[Evidence], wants: Sequence[tuple[str, ...]], seats: int
) -> set[int]:
    wanting = [index for index in range(len(pairs)) if wants[index]]
    wanting.sort(key=lambda index: (-pairs[index].worth_asking, index))
    return set(wanting[:seats])


def _route_rest(
    pair: Evidence, wants: tuple[str, ...], propensity: float, *, is_audit: bool
) -> Route:
    if is_audit:
        return Route("human", ("random audit", *wants), propensity, True, pair.worth_asking)
    if wants:
        return Route("drop", (*wants, "beyond the budget for people"), propensity)
    if pair.p_difference is not None and pair.p_difference < MIN_DIFFERENCE:
        return Route("drop", ("no difference expected",), propensity)
    return Route("ai", (f"critic confident ({pair.confidence:.2f})",), propensity)
