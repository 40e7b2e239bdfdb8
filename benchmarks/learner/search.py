"""The settings of an update searched jointly: `make bench-search`.

Fine-tuning on the chosen answers (`sft`: rate and epochs) and the loss that a campaign begins with
(`default`: β, weight of the chosen answer's likelihood, rate and epochs) on 100 pairs of the starter
learner's own answers, chosen by the checker. Of each arm so many settings of the grid are drawn, beside
what a campaign begins with, and each is trained on three draws of pairs; the best by one set of held-out
problems, and what a campaign begins with (`begins_with`), are trained again on draws from other pairs
and asked another set. Prints a line a training, and one JSON object at the end: by arm the settings and
their accuracy there, with 95 % intervals (Student's t: over draws of pairs, the problems being the same),
and the differences draw by draw from `sft`. With `--var` every run is kept there, and what is there is
not done again.
"""

import argparse
import contextlib
import itertools
import json
import random
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import mean
from typing import Any

from benchmarks.kept import kept
from benchmarks.learner.losses import (
    ARMS,
    CHOOSING,
    POOL,
    REPORTED,
    interval,
    train_in,
)
from benchmarks.pair_sets import checked_pairs, greedy_accuracy
from benchmarks.quiet import hush

PAIRS, PROBLEMS, CHOOSING_SEEDS = 100, 400, 3
BEGINNING = {"beta": 1.0, "nll_weight": 10.0, "learning_rate": 3e-4, "epochs": 3}
SHARED: Mapping[str, Sequence[float]] = {
    "learning_rate": [1e-4, 2e-4, 3e-4, 6e-4],
    "epochs": [3, 5, 8, 12],
}
GRIDS: Mapping[str, Mapping[str, Sequence[float]]] = {
    "sft": SHARED,
    "default": {"beta": [0.3, 1.0, 3.0], "nll_weight": [3.0, 10.0, 30.0, 100.0], **SHARED},
}
Settings = dict[str, Any]
Pairs = Sequence[dict[str, Any]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--var", help="keep pairs and runs here")
    parser.add_argument("--drawn", type=int, default=18, help="settings of each arm, at most")
    parser.add_argument("--final-seeds", type=int, default=10)
    options = parser.parse_args()
    hush()
    with contextlib.ExitStack() as stack:
        var = Path(options.var or stack.enter_context(tempfile.TemporaryDirectory()))
        var.mkdir(parents=True, exist_ok=True)
        pool = _pool(var)
        seen, unseen = pool[: POOL // 2], pool[POOL // 2 :]
        best = {arm: _best(var, seen, arm, options.drawn) for arm in GRIDS}
        judged = {**{arm: (arm, best[arm]) for arm in GRIDS}, "begins_with": ("default", BEGINNING)}
        runs = {
            name: [
                _run(var, unseen, *chosen, seed, REPORTED)
                for seed in range(CHOOSING_SEEDS, CHOOSING_SEEDS + options.final_seeds)
            ]
            for name, chosen in judged.items()
        }
    found = {name: {"settings": judged[name][1], **interval(runs[name])} for name in runs}
    gains = {name: interval(_less(runs[name], runs["sft"])) for name in runs if name != "sft"}
    print(json.dumps({"accuracy": found, "less_sft": gains}), flush=True)


def _less(ours: Sequence[float], others: Sequence[float]) -> list[float]:
    return [mine - other for mine, other in zip(ours, others, strict=True)]


def drawn_settings(arm: str, count: int) -> list[Settings]:
    """Return `count` different settings of the arm's grid, or all where it has no more, with what a
    campaign begins with among them."""
    grid = GRIDS[arm]
    every = [dict(zip(grid, values, strict=True)) for values in itertools.product(*grid.values())]
    drawn = random.Random(0).sample(every, min(count, len(every)))
    return drawn if arm == "sft" or BEGINNING in drawn else [BEGINNING, *drawn[1:]]


def _best(var: Path, pool: Pairs, arm: str, count: int) -> Settings:
    def accuracy(settings: Settings) -> float:
        return mean(
            _run(var, pool, arm, settings, seed, CHOOSING) for seed in range(CHOOSING_SEEDS)
        )

    return max(drawn_settings(arm, count), key=accuracy)


def _pool(var: Path) -> Pairs:
    rows: Pairs = kept(var / "pairs.json", lambda: checked_pairs(POOL))
    return rows


def _run(var: Path, pool: Pairs, arm: str, settings: Settings, seed: int, asked: int) -> float:
    """Return the accuracy on one set of held-out problems, kept from an earlier time or measured."""
    name = "-".join([arm, *(f"{value:g}" for value in settings.values()), f"{seed}", f"{asked}"])

    def measure() -> float:
        rows = random.Random(seed).sample(list(pool), PAIRS)
        with tempfile.TemporaryDirectory() as folder:
            spec, _ = train_in(Path(folder), rows, {**ARMS[arm], **settings}, seed)
            return greedy_accuracy(spec, PROBLEMS, seed=asked)

    accuracy: float = kept(var / f"{name}.json", measure)
    print(f"{name}: {accuracy:.4f}", flush=True)
    return accuracy


if __name__ == "__main__":
    main()
