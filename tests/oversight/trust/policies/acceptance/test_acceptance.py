from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from oversight.statistics.intervals import clopper_pearson_upper
from oversight.statistics.labels import Floats
from oversight.trust.policies.acceptance.rule import (
    GRID,
    calibrate_acceptance,
    calibrate_cascade,
    cascade_choices,
    confidence_of,
    walk_down,
)
from oversight.trust.policies.acceptance.start import choose_start

DRAWS, PAIRS, ALPHA, DELTA = 1000, 300, 0.1, 0.1


def judge(kind: str, rng: np.random.Generator, pairs: int) -> tuple[np.ndarray, np.ndarray]:
    """Stated confidence and whether the choice is wrong, each of shape (pairs,)."""
    right = 0.5 + 0.5 * rng.beta(2, 1, pairs)
    if kind == "useless":
        return right, rng.random(pairs) < 0.5
    odds = right / (1 - right)
    stated = {"calibrated": right, "overconfident": odds**3 / (1 + odds**3)}[kind]
    return stated, rng.random(pairs) > right


@pytest.mark.parametrize("kind", ["calibrated", "overconfident", "useless"])
def test_the_error_exceeds_alpha_in_at_most_delta_of_draws(kind: str) -> None:
    rng = np.random.default_rng(7)
    stated, is_wrong = judge(kind, rng, 400_000)
    true_error = {t: is_wrong[stated >= t].mean() if (stated >= t).any() else 0.0 for t in GRID}
    excesses = accepted = 0
    for _ in range(DRAWS):
        found = calibrate_acceptance(*judge(kind, rng, PAIRS), alpha=ALPHA, delta=DELTA)
        if found.threshold is not None:
            accepted += 1
            excesses += true_error[found.threshold] > ALPHA
    assert excesses / DRAWS <= DELTA + 3 * np.sqrt(DELTA * (1 - DELTA) / DRAWS)
    # A rule that never accepts holds every bound: it must accept where it may.
    assert (accepted > DRAWS / 2) == (kind != "useless")


def test_the_guarantee_holds_for_a_cascade() -> None:
    rng = np.random.default_rng(3)

    def stages(pairs: int) -> tuple[list[np.ndarray], list[np.ndarray]]:
        right = 0.5 + 0.5 * rng.beta(2, 1, pairs)
        is_hard = rng.random(pairs) < 0.4
        first = np.where(is_hard, 0.7, right)  # the cheap judge is overconfident on hard pairs
        second = 0.5 + 0.5 * rng.beta(3, 1, pairs)
        return [right, second], [rng.random(pairs) > first, rng.random(pairs) > second]

    fresh, fresh_wrong = stages(100_000)
    excesses = accepted = 0
    for seed in range(300):
        rules = calibrate_cascade(*stages(600), alpha=0.15, delta=DELTA, seed=seed)
        chosen = cascade_choices(fresh, rules)
        at = np.flatnonzero(chosen >= 0)
        if len(at):
            accepted += 1
            excesses += np.stack(fresh_wrong)[chosen[at], at].mean() > 0.15
    assert accepted > 150
    assert excesses / 300 <= DELTA + 3 * np.sqrt(DELTA * (1 - DELTA) / 300)


def test_nothing_is_accepted_where_the_first_set_fails() -> None:
    """No fallback to the strictest threshold, whatever less confident sets look like."""
    confidence = np.repeat([0.96, 0.7], [50, 400])
    is_wrong = np.concatenate([np.arange(50) < 10, np.zeros(400, dtype=bool)])
    found = calibrate_acceptance(confidence, is_wrong, alpha=0.1, delta=0.1)
    assert (found.threshold, found.coverage, found.error_upper_bound) == (None, 0.0, None)


def test_a_set_too_small_to_pass_does_not_end_the_walk() -> None:
    confidence = np.repeat([0.9999, 0.9], [3, 200])
    is_wrong = np.arange(203) < 1
    found = calibrate_acceptance(confidence, is_wrong, alpha=0.1, delta=0.1)
    assert found.threshold == 0.5
    assert found.coverage == 1.0
    assert found.error_upper_bound == pytest.approx(0.01902, abs=1e-4)


def test_the_walk_ends_at_the_first_set_above_alpha() -> None:
    confidence = np.repeat([0.96, 0.8, 0.6], [100, 100, 1000])
    is_wrong = np.concatenate([np.arange(200) % 200 >= 170, np.zeros(1000, dtype=bool)])
    found = calibrate_acceptance(confidence, is_wrong, alpha=0.1, delta=0.1)
    assert found.threshold == 0.825
    assert found.accepted == 100


def test_the_first_set_may_have_one_error() -> None:
    confidence = np.repeat([0.96, 0.6], [40, 60])
    is_wrong = np.arange(100) == 0
    assert calibrate_acceptance(confidence, is_wrong, alpha=0.1, delta=0.1).threshold == 0.5


def test_too_few_audits_accept_nothing() -> None:
    found = calibrate_acceptance(np.full(21, 0.99), np.zeros(21, dtype=bool), alpha=0.1, delta=0.1)
    assert found.threshold is None
    found = calibrate_acceptance(np.full(22, 0.99), np.zeros(22, dtype=bool), alpha=0.1, delta=0.1)
    assert found.threshold == 0.5


@pytest.mark.parametrize(
    ("p", "expected"),
    [(0.9, 0.9), (0.2, 0.8), (0.5, 0.0), (float("nan"), 0.0), (1.0, 1.0)],
)
def test_confidence(p: float, expected: float) -> None:
    assert confidence_of(np.array([p])) == pytest.approx([expected])


@pytest.mark.parametrize(("alpha", "delta"), [(0, 0.1), (0.1, 1.0)])
def test_impossible_levels_are_refused(alpha: float, delta: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        calibrate_acceptance(np.ones(9), np.zeros(9, dtype=bool), alpha=alpha, delta=delta)


def hopeless_tail(place: Floats) -> tuple[Floats, Floats]:
    """81 % right, 93 % stated: sure of most, and most errors are in the last fifth."""
    return 1 - 0.5 * place**6, np.where(place < 0.8, 0.06, 0.5 + 2 * (place - 0.8))


def bad_at_the_top(place: Floats) -> tuple[Floats, Floats]:
    return 1 - 0.5 * place, np.where(place < 0.15, 0.35, 0.15)


def just_too_bad(place: Floats) -> tuple[Floats, Floats]:
    return 1 - 0.3 * place, np.full_like(place, 0.2001)


def two_confidences(place: Floats) -> tuple[Floats, Floats]:
    return np.where(place < 0.5, 0.95, 0.9), np.where(place < 0.5, 0.1, 0.32)


def affording_one(confidence: Floats) -> float:
    """The start before: the first set that passes with one error."""
    return next(
        threshold
        for threshold in GRID
        if clopper_pearson_upper(1, int((confidence >= threshold).sum()), 0.9) <= 0.2
    )


@pytest.mark.fault("acceptance")
def test_one_unlucky_error_does_not_give_the_coverage_away() -> None:
    rng = np.random.default_rng(4)
    coverages: dict[str, list[float]] = {"before": [], "now": []}
    for _ in range(200):
        confidence, error = hopeless_tail(rng.random(125))
        is_wrong = rng.random(125) < error
        walk = [each for each in GRID if each <= affording_one(confidence)]
        before = walk_down(confidence, is_wrong, walk, 0.2, 0.1)
        now = calibrate_acceptance(confidence, is_wrong, alpha=0.2, delta=0.1)
        coverages["before"].append(before.coverage)
        coverages["now"].append(now.coverage)
    assert np.mean(coverages["before"]) < 0.8
    assert np.mean(coverages["now"]) >= 0.88
    assert np.mean(np.array(coverages["now"]) == 0) <= 0.06


@pytest.mark.fault("acceptance")
@pytest.mark.parametrize("judged", [hopeless_tail, bad_at_the_top, just_too_bad, two_confidences])
@pytest.mark.parametrize("audits", [30, 125])
def test_delta_holds_wherever_the_errors_are(judged: Callable[..., Any], audits: int) -> None:
    draws = 500
    confidence, error = judged((np.arange(100_000) + 0.5) / 100_000)
    rng = np.random.default_rng(9)
    violations = 0
    for _ in range(draws):
        stated, chance = judged(rng.random(audits))
        found = calibrate_acceptance(stated, rng.random(audits) < chance, alpha=0.2, delta=0.1)
        if found.threshold is not None:
            violations += error[confidence >= found.threshold].mean() > 0.2
    assert violations / draws <= 0.1 + 2 * np.sqrt(0.1 * 0.9 / draws)


@pytest.mark.fault("acceptance")
def test_the_start_looks_at_no_label() -> None:
    confidence = np.random.default_rng(1).uniform(0.5, 1, 200)
    starts = {
        calibrate_acceptance(confidence, is_wrong, alpha=0.2, delta=0.1).start
        for is_wrong in (np.zeros(200, bool), np.ones(200, bool), np.arange(200) % 2 == 0)
    }
    assert len(starts) == 1
    turned = choose_start(confidence[::-1], GRID, alpha=0.2, delta=0.1)
    assert starts == {turned}


@pytest.mark.fault("acceptance")
@pytest.mark.parametrize(
    ("confidence", "expected"),
    [
        pytest.param(np.zeros(0), None, id="no-audits"),
        pytest.param(np.full(21, 0.99), None, id="too-few"),
        pytest.param(np.full(22, 0.99), 0.99, id="just-enough"),
        pytest.param(np.full(500, 0.93), 0.925, id="all-equal"),
        pytest.param(np.ones(500), 0.9999, id="all-certain"),
        pytest.param(np.zeros(500), None, id="never-a-choice"),
        pytest.param(np.full(500, 0.51), 0.5, id="all-unsure"),
    ],
)
def test_odd_confidences_have_a_start_or_none(confidence: Floats, expected: float | None) -> None:
    assert choose_start(confidence, GRID, alpha=0.1, delta=0.1) == expected


@pytest.mark.fault("acceptance")
def test_an_underconfident_judge_is_accepted() -> None:
    """It states errors of 40 % and more; of what it says 2 % are wrong."""
    confidence = np.linspace(0.5, 0.6, 300)
    found = calibrate_acceptance(confidence, np.arange(300) % 50 == 0, alpha=0.1, delta=0.1)
    assert found.coverage == 1.0
