"""From which confidence on AI feedback is taken without asking a person.

Selective acceptance by fixed-sequence testing (Jung et al., *Trust or Escalate*, 2024): with
probability 1 − δ over the draw of the randomly audited pairs, the error of what is accepted later is
at most α. A threshold holds for one judge version and one domain: fit it again for another.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from oversight.statistics.intervals import clopper_pearson_upper
from oversight.statistics.labels import Bools, Floats
from oversight.trust.policies.acceptance.start import choose_start

# Fixed before any label is seen; closer together where overconfident judges crowd.
GRID = (
    0.9999, 0.9995, 0.999, 0.998, 0.995, 0.99, 0.98, 0.97, 0.95, 0.925, 0.9, 0.875, 0.85, 0.825,
    0.8, 0.775, 0.75, 0.725, 0.7, 0.675, 0.65, 0.625, 0.6, 0.575, 0.55, 0.525, 0.5,
)  # fmt: skip


@dataclass(frozen=True)
class Acceptance:
    """`threshold` None: people take all. `coverage` is the share of the audited pairs accepted,
    `error_upper_bound` the Clopper–Pearson bound of the error among them, None without any. `start`
    is the threshold that was tested first, None where there are too few pairs to test any.
    """

    threshold: float | None
    coverage: float
    error_upper_bound: float | None
    accepted: int
    errors: int
    start: float | None = None


def confidence_of(p_a_better: Floats) -> Floats:
    """Return max(p, 1 − p), shape (pairs,); 0 where there is no choice to take: p = ½ or NaN."""
    p = np.nan_to_num(p_a_better, nan=0.5)
    return np.asarray(np.where(p == 0.5, 0.0, np.maximum(p, 1 - p)))


def calibrate_acceptance(
    confidence: Floats,
    is_wrong: Bools,
    *,
    alpha: float,
    delta: float,
    grid: Sequence[float] = GRID,
) -> Acceptance:
    """Return the least strict threshold of the grid that holds the error at α with confidence 1 − δ.

    `confidence` and `is_wrong` have shape (pairs,) and come from random audits. A pair that people
    call a tie is wrong whatever the judge says: there is no preference to learn from it.

    The grid is walked from the most confident down, beginning at `choose_start`, which looks at no
    label. The walk ends at the first set whose bound is above α, and so each test is made at the
    full δ; where the very first one fails, people take all.
    """
    if not (0 < alpha < 1 and 0 < delta < 1):
        raise ValueError("alpha and delta lie between 0 and 1")
    thresholds = sorted(grid, reverse=True)
    start = choose_start(confidence, thresholds, alpha=alpha, delta=delta)
    if start is None:
        return Acceptance(None, 0.0, None, 0, 0)
    return walk_down(
        confidence, is_wrong, [each for each in thresholds if each <= start], alpha, delta
    )


def walk_down(
    confidence: Floats, is_wrong: Bools, thresholds: Sequence[float], alpha: float, delta: float
) -> Acceptance:
    """Return the last of the falling `thresholds` before the first whose bound is above α."""
    found = Acceptance(None, 0.0, None, 0, 0, start=thresholds[0])
    for threshold in thresholds:
        is_in = confidence >= threshold
        accepted, errors = int(is_in.sum()), int((is_wrong & is_in).sum())
        bound = clopper_pearson_upper(errors, accepted, 1 - delta)
        if bound > alpha:
            break
        share = accepted / len(confidence)
        found = Acceptance(threshold, share, bound, accepted, errors, start=thresholds[0])
    return found


def calibrate_cascade(
    confidences: Sequence[Floats],
    are_wrong: Sequence[Bools],
    *,
    alpha: float,
    delta: float,
    seed: int = 0,
) -> list[Acceptance]:
    """Return one acceptance per stage: pairs that one stage does not accept go on to the next.

    Each stage has an equal share of δ and of the audited pairs, dealt at random. With pairs of its
    own a stage's bound does not depend on where the stages before it were cut, so that the error of
    all that the cascade accepts is at most α with probability 1 − δ. A stage's coverage is of its
    own pairs, those that earlier stages accept among them.
    """
    stages = len(confidences)
    part = np.random.default_rng(seed).permutation(len(confidences[0])) % stages
    found: list[Acceptance] = []
    for stage in range(stages):
        own = part == stage
        is_taken = cascade_choices(confidences[:stage], found) >= 0
        reaching = np.where(is_taken, 0.0, confidences[stage])[own]
        found.append(
            calibrate_acceptance(reaching, are_wrong[stage][own], alpha=alpha, delta=delta / stages)
        )
    return found


def cascade_choices(confidences: Sequence[Floats], stages: Sequence[Acceptance]) -> np.ndarray:
    """Return which stage accepts each pair, shape (pairs,); −1 where none does."""
    if not confidences:
        return np.full(1, -1)
    chosen = np.full(len(confidences[0]), -1)
    for index, (confidence, stage) in enumerate(zip(confidences, stages, strict=True)):
        if stage.threshold is not None:
            chosen[(chosen < 0) & (confidence >= stage.threshold)] = index
    return chosen
