"""By which rule people are asked in bench-asking, and what is believed of all pairs then."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from benchmarks.learning_methods import Labels, believed, found_strata
from benchmarks.worlds.learning import LearningWorld
from oversight.asking.policies.leverage import TwoViews, leverages
from oversight.asking.policies.routing import Evidence, RoutingPolicy, route_pairs
from oversight.statistics.labels import Bools, Floats
from oversight.trust.policies.source.model import SourcePairs
from oversight.trust.policies.source.reliability import Agreement, estimate_reliability
from oversight.trust.policies.source.report import LEAST_AUDITS

# Of each pair, how much an answer is expected to teach, shape (pairs,).
Rule = Callable[[LearningWorld, Floats, Labels], Floats]


def unsure(world: LearningWorld, margins: Floats, labels: Labels) -> Floats:
    """Where the strata of the critic can be believed least."""
    return -np.abs(labels.p_w - labels.p_l)


def contradicted(world: LearningWorld, margins: Floats, labels: Labels) -> Floats:
    """Where the learner finds the answer likelier that is said to be worse, by how much."""
    return np.where(labels.prefers_a, -margins, margins)


def moving(world: LearningWorld, margins: Floats, labels: Labels) -> Floats:
    """The step that is expected of the answer: doubt of the label times the gradient of DPO."""
    doubt = np.minimum(labels.p_w, labels.p_l) / (labels.p_w + labels.p_l)
    scaled = contradicted(world, margins, labels) / np.sqrt(np.mean(margins**2))
    return doubt / (1 + np.exp(-scaled))


def close(world: LearningWorld, margins: Floats, labels: Labels) -> Floats:
    """Where the learner itself hardly prefers one."""
    return -np.abs(margins)


RULES: Mapping[str, Rule | None] = {
    "random": None,
    "loop": None,
    "loop_and_learner": None,
    "unsure": unsure,
    "contradicted": contradicted,
    "moving": moving,
    "close": close,
}


def chosen_labels(
    world: LearningWorld, margins: Floats, count: int, rule: str, seed: int
) -> tuple[Labels, float]:
    """Return what is believed of all pairs once people were asked `count` times, and in what share of
    the pairs that the rule chose the critic was wrong.

    Reliability is measured on the random half alone: what a rule chooses is no fair sample.
    """
    if rule.startswith("loop"):
        audited, others = _routed(world, margins, count, seed, weighs=rule == "loop_and_learner")
    else:
        audited, others = _ranked(world, margins, count, rule, seed)
    is_wrong = world.pairs.is_a_source[others] != world.is_a_truly[others]
    return _told_by_people(world, _believed(_asked(world, audited)), others), float(is_wrong.mean())


Chosen = tuple[Sequence[int], Sequence[int]]  # random audits, and what was chosen beside them


def _ranked(world: LearningWorld, margins: Floats, count: int, name: str, seed: int) -> Chosen:
    order = np.random.default_rng(3000 + seed).permutation(len(world.queries))
    audited, rest = order[: count // 2], order[count // 2 :]
    rule = RULES[name]
    if rule is None:
        return audited, rest[: count - len(audited)]
    labels = _believed(_asked(world, audited))
    scores = rule(world, margins, labels)[rest]
    return audited, rest[np.argsort(-scores, kind="stable")[: count - len(audited)]]


def _routed(
    world: LearningWorld, margins: Floats, count: int, seed: int, *, weighs: bool
) -> Chosen:
    """As a round does where people take all, with and without the learner's view."""
    evidence = [
        Evidence(float(p), float(difference))
        for p, difference in zip(world.p_a_better, world.p_difference, strict=True)
    ]
    if weighs:
        views = [TwoViews(*each) for each in zip(world.p_a_better, margins, strict=True)]
        weighed = zip(evidence, leverages(views), strict=True)
        evidence = [each.with_leverage(weight) for each, weight in weighed]
    share = count // 2 / len(evidence)
    policy = RoutingPolicy(None, audit_share=share, budget=count, seed=3000 + seed)
    routes = route_pairs(evidence, policy)
    asked = [at for at, route in enumerate(routes) if route.outcome == "human"]
    audited = [at for at in asked if routes[at].is_audit]
    return audited, [at for at in asked if not routes[at].is_audit]


def _believed(pairs: SourcePairs) -> Labels:
    """As a round does: strata are found from enough audits, before that all pairs are alike."""
    audited = pairs.is_audited
    if audited.sum() >= LEAST_AUDITS:
        return found_strata(pairs)
    both = zip((pairs.is_a_human == 1)[audited], pairs.is_a_source[audited], strict=True)
    found = estimate_reliability([Agreement(*each) for each in both])
    alike = np.ones(len(audited))
    return believed(pairs, found.p_w * alike, found.p_l * alike)


def _asked(world: LearningWorld, indices: Sequence[int]) -> SourcePairs:
    known = np.full(len(world.queries), np.nan)
    known[indices] = world.is_a_truly[indices]
    return replace(world.pairs, is_a_human=known)


def _told_by_people(world: LearningWorld, labels: Labels, indices: Sequence[int]) -> Labels:
    prefers_a: Bools = labels.prefers_a.copy()
    p_w, p_l = labels.p_w.copy(), labels.p_l.copy()
    prefers_a[indices] = world.is_a_truly[indices]
    p_w[indices], p_l[indices] = 1.0, 0.0
    return replace(labels, prefers_a=prefers_a, p_w=p_w, p_l=p_l)
