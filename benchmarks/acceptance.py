"""Selective acceptance: where to begin the walk, on simulated judges: `make bench-acceptance`.

For each judge, many draws of the audited pairs: mean coverage (share of all pairs whose error is then
accepted without a person), the share of draws in which people take all, and the share in which the
error of what is accepted is above α (violations, to stay ≤ δ). Prints a line a judge and rule, and
one JSON object at the end.
"""

import json
from argparse import ArgumentParser
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from oversight.statistics.intervals import clopper_pearson_upper
from oversight.statistics.labels import Bools, Floats
from oversight.trust.policies.acceptance.rule import GRID, walk_down
from oversight.trust.policies.acceptance.start import choose_start

DELTA = 0.1
POPULATION = 400_000

# From places in the order of confidence, 0 the surest: what is stated, and the chance of an error.
Judge = Callable[[Floats], tuple[Floats, Floats]]
Start = Callable[[Floats, float], float | None]


@dataclass(frozen=True)
class Setting:
    """`audits` pairs of a judge, with the error allowed."""

    judge: Judge
    audits: int
    alpha: float


def overconfident(place: Floats) -> tuple[Floats, Floats]:
    """80 % right, stated 93 % (ECE .13), sure of half of all pairs, as the mean of several models."""
    return 1 - 0.5 * place**6, 0.05 + 0.65 * place**3.3


def hopeless_tail(place: Floats) -> tuple[Floats, Floats]:
    """81 % right, as sure as `overconfident`; most errors among the fifth of which it is least sure."""
    error = np.where(place < 0.8, 0.06, 0.5 + 2 * (place - 0.8))
    return 1 - 0.5 * place**6, error


SETTINGS = {
    "hopeless tail, 125": Setting(hopeless_tail, 125, 0.2),
    "overconfident, 125": Setting(overconfident, 125, 0.2),
    "overconfident, 250": Setting(overconfident, 250, 0.2),
    "overconfident, 40": Setting(overconfident, 40, 0.2),
    "overconfident, 1000": Setting(overconfident, 1000, 0.1),
    "calibrated": Setting(lambda u: (1 - 0.5 * u, 0.5 * u), 300, 0.1),
    "underconfident": Setting(lambda u: (0.6 - 0.1 * u, np.full_like(u, 0.04)), 300, 0.1),
    "good at the top only": Setting(
        lambda u: (1 - 0.3 * u, np.where(u < 0.35, 0.03, 0.35)), 125, 0.2
    ),
    "bad at the top only": Setting(
        lambda u: (1 - 0.5 * u, np.where(u < 0.15, 0.45, 0.1)), 125, 0.2
    ),
    "just too bad everywhere": Setting(
        lambda u: (1 - 0.3 * u, np.full_like(u, 0.2001)), 125, 0.2
    ),
    "answers by lot": Setting(lambda u: (1 - 0.3 * u, np.full_like(u, 0.5)), 300, 0.1),
    "three confidences": Setting(
        lambda u: (np.choose((u * 3).astype(int), [0.97, 0.9, 0.8]), 0.05 + 0.3 * u), 125, 0.2
    ),
}  # fmt: skip


def affording(errors: int) -> Start:
    """Begin at the first set that passes with so many errors (the rule before had 1)."""

    def start(confidence: Floats, alpha: float) -> float | None:
        spare = errors
        while clopper_pearson_upper(spare, len(confidence), 1 - DELTA) > alpha and spare:
            spare -= 1
        for threshold in GRID:
            size = int((confidence >= threshold).sum())
            if clopper_pearson_upper(spare, size, 1 - DELTA) <= alpha:
                return threshold
        return None

    return start


STARTS: dict[str, Start] = {
    **{f"affords {errors}": affording(errors) for errors in (1, 2, 4, 8)},
    "rehearsed": lambda confidence, alpha: choose_start(
        confidence, GRID, alpha=alpha, delta=DELTA
    ),
}  # fmt: skip


def draw(judge: Judge, pairs: int, rng: np.random.Generator) -> tuple[Floats, Bools]:
    confidence, error = judge(rng.random(pairs))
    return confidence, rng.random(pairs) < error


def measure(setting: Setting, start: Start, draws: int) -> dict[str, float]:
    rng = np.random.default_rng(0)
    confidence, error = setting.judge((np.arange(POPULATION) + 0.5) / POPULATION)
    coverages, excesses = [], []
    for _ in range(draws):
        stated, is_wrong = draw(setting.judge, setting.audits, rng)
        begin = start(stated, setting.alpha)
        walk = [each for each in GRID if begin is not None and each <= begin]
        found = walk_down(stated, is_wrong, walk, setting.alpha, DELTA) if walk else None
        is_in = confidence >= (found.threshold if found and found.threshold else np.inf)
        coverages.append(is_in.mean())
        excesses.append(bool(is_in.any()) and error[is_in].mean() > setting.alpha)
    return {
        "coverage": round(float(np.mean(coverages)), 3),
        "people_take_all": round(float(np.mean(np.array(coverages) == 0)), 3),
        "violations": round(float(np.mean(excesses)), 4),
    }


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=2000)
    parser.add_argument("--only", default="", help="settings whose name begins so")
    options = parser.parse_args()
    draws = options.draws
    result: dict[str, dict[str, dict[str, float]]] = {}
    for name, setting in SETTINGS.items():
        if not name.startswith(options.only):
            continue
        result[name] = {}
        for rule, start in STARTS.items():
            result[name][rule] = found = measure(setting, start, draws)
            print(f"{name} (alpha {setting.alpha}), {rule}: {found}", flush=True)
    print(json.dumps({"draws": draws, "delta": DELTA, "settings": result}))


if __name__ == "__main__":
    main()
