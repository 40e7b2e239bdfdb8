"""The linear worlds of bench-mixed: pairs, what a person prefers, and what a source says."""

from dataclasses import dataclass

import numpy as np

from oversight.statistics.labels import Bools, Floats
from oversight.trust.policies.source.model import SourcePairs

PAIRS = 2000
FEATURES = 20
HELD_OUT = 4000
# A person prefers a with probability σ(SHARPNESS · taste · features), |taste| = 1: what gives pooled
# DPO, human labels only and known strata the .745, .825 and .920 of the first simulation.
SHARPNESS = 2.2
LURED = 0.4
FLIPPED = 0.1
CATEGORY_FLIPS = (0.05, 0.15, 0.30, 0.50)
CATEGORIES = len(CATEGORY_FLIPS)
IRRELEVANT = 3

SCENARIOS = (
    "length_bias",
    "brevity_bias",
    "position_bias",
    "symmetric_noise",
    "category_noise",
    "adversarial",
    "perfect",
    "verbosity_both_ways",
    "unnamed_bias",
)


@dataclass(frozen=True)
class World:
    """`pairs` has a person's choice for the audited ones only; `is_a_human` for all.

    `p_w` and `p_l` (pairs,) are the true reliability of what the source said. `held_out` (rows,
    features) and `is_a_truly` (rows,) are ranked to measure accuracy.
    """

    pairs: SourcePairs
    p_w: Floats
    p_l: Floats
    held_out: Floats
    is_a_truly: Bools


def draw_world(scenario: str, audits: int, seed: int) -> World:
    """Draw one world. The first feature is the length of a less that of b; it has no worth.

    The covariates in which strata may be found: the longer side, the side shown first, three more
    sides and three more traits that mean nothing, and the category. In `unnamed_bias`, the length
    bias once more, the longer side is not among them.
    """
    rng = np.random.default_rng([seed, SCENARIOS.index(scenario)])
    taste = rng.normal(size=FEATURES)
    taste[0] = 0
    taste /= np.linalg.norm(taste)
    features = rng.normal(size=(PAIRS, FEATURES))
    is_a_human = rng.random(PAIRS) < 1 / (1 + np.exp(-SHARPNESS * features @ taste))
    category = rng.integers(0, CATEGORIES, PAIRS)
    longer = np.sign(features[:, 0])
    sides = np.column_stack([longer, rng.choice([-1.0, 1.0], (PAIRS, 1 + IRRELEVANT))])
    says_a_if_a, says_a_if_b = _judge(scenario, sides, category)
    is_a_source = rng.random(PAIRS) < np.where(is_a_human, says_a_if_a, says_a_if_b)
    if_a = np.where(is_a_source, says_a_if_a, 1 - says_a_if_a)
    if_b = np.where(is_a_source, says_a_if_b, 1 - says_a_if_b)
    p_w, p_l = np.where(is_a_source, (if_a, if_b), (if_b, if_a))
    traits = np.column_stack(
        [np.eye(CATEGORIES)[category] - 1 / CATEGORIES, rng.normal(size=(PAIRS, IRRELEVANT))]
    )
    known = np.full(PAIRS, np.nan)
    audited = rng.choice(PAIRS, audits, replace=False)
    known[audited] = is_a_human[audited]
    held_out = rng.normal(size=(HELD_OUT, FEATURES))
    if scenario == "unnamed_bias":
        sides = sides[:, 1:]
    pairs = SourcePairs(is_a_source, known, traits, sides, features)
    return World(pairs, p_w, p_l, held_out, held_out @ taste > 0)


def _judge(scenario: str, sides: Floats, category: np.ndarray) -> tuple[Floats, Floats]:
    """Return P(the source says a | a person prefers a) and P(… | prefers b), each (pairs,)."""
    flips = {"symmetric_noise": 0.25, "adversarial": 0.7, "perfect": 0.0}.get(scenario, FLIPPED)
    rate = np.array(CATEGORY_FLIPS)[category] if scenario == "category_noise" else flips
    longer, first = sides[:, 0], sides[:, 1]
    lures = {
        "length_bias": longer,
        "brevity_bias": -longer,
        "position_bias": first,
        "verbosity_both_ways": np.where(category < CATEGORIES // 2, longer, -longer),
        "unnamed_bias": longer,
    }
    if scenario not in lures:
        return np.zeros(PAIRS) + 1 - rate, np.zeros(PAIRS) + rate
    lured = LURED * (lures[scenario] > 0)
    return lured + (1 - LURED) * (1 - rate), lured + (1 - LURED) * rate
