"""What each method of bench-learning believes of the pairs' labels."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from benchmarks.worlds.learning import LearningWorld
from oversight.statistics.labels import Bools, Floats
from oversight.trust.policies.source.model import (
    SourcePairs,
    fit_source_model,
    predict_preference,
    predict_reliability,
)


@dataclass(frozen=True)
class Labels:
    """Which answer is said to be the better one, how far to believe it, and which pairs are used.

    Every array has shape (pairs,). Only the ratio of `p_w` = P(said | a person prefers that one) to
    `p_l` = P(said | a person prefers the other) matters to a loss.
    """

    prefers_a: Bools
    p_w: Floats
    p_l: Floats
    is_used: Bools


def human_only(pairs: SourcePairs) -> Labels:
    return _certain(pairs.is_a_human == 1, pairs.is_audited)


def pooled(pairs: SourcePairs) -> Labels:
    """Everybody's word is as good: people's where there is one. Without people it is AI only."""
    return _certain(_said(pairs), np.ones(len(pairs.is_a_source), bool))


def found_strata(pairs: SourcePairs) -> Labels:
    """The source's reliability in the strata that were found."""
    p_w, p_l = predict_reliability(fit_source_model(pairs), pairs)
    return believed(pairs, p_w, p_l)


def found_strata_and_reward(pairs: SourcePairs, margins: Floats) -> Labels:
    """As the loop does: `found_strata`, with a reward model of people's labels as their preference.

    `margins` (pairs,) are that model's log π(a) − log π(b). How much they say is fitted with the
    source's confusion, and they count as evidence beside what the source said.
    """
    scaled = margins / np.sqrt(np.mean(margins**2))
    pairs = replace(pairs, features=scaled[:, None])
    model = fit_source_model(pairs)
    p_w, p_l = predict_reliability(model, pairs)
    preference = predict_preference(model, pairs)
    return believed(pairs, p_w * preference, p_l * (1 - preference))


def rows_of(world: LearningWorld, labels: Labels) -> list[dict[str, Any]]:
    """Return the used pairs as in pairs.jsonl."""
    rows = []
    for at in np.flatnonzero(labels.is_used):
        a_first = (0, 1) if labels.prefers_a[at] else (1, 0)
        chosen, rejected = (world.answers[at][side] for side in a_first)
        rows.append(
            {
                "prompt": [{"role": "user", "content": world.queries[at]}],
                "chosen": [{"role": "assistant", "content": chosen}],
                "rejected": [{"role": "assistant", "content": rejected}],
                "p_w": float(labels.p_w[at]),
                "p_l": float(labels.p_l[at]),
            }
        )
    return rows


def share_right(world: LearningWorld, labels: Labels) -> float:
    return float((labels.prefers_a == world.is_a_truly)[labels.is_used].mean())


def _said(pairs: SourcePairs) -> Bools:
    return np.where(pairs.is_audited, pairs.is_a_human == 1, pairs.is_a_source)


def _certain(prefers_a: Bools, is_used: Bools) -> Labels:
    ones = np.ones(len(prefers_a))
    return Labels(prefers_a, ones, 0 * ones, is_used)


def believed(pairs: SourcePairs, p_w: Floats, p_l: Floats) -> Labels:
    """A person's choice is beyond doubt; of the others the likelier side becomes the chosen one."""
    p_w, p_l = np.where(pairs.is_audited, 1, p_w), np.where(pairs.is_audited, 0, p_l)
    is_turned = p_l > p_w
    prefers_a = _said(pairs) ^ is_turned
    return Labels(prefers_a, np.maximum(p_w, p_l), np.minimum(p_w, p_l), np.ones(len(p_w), bool))
