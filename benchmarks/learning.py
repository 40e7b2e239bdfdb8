"""How many human labels the starter learner needs under a biased critic: `make bench-learning`.

Real answers, training and greedy decoding; the critic is the starter's with a planted bias to longer
answers; people are simulated annotators who know what the checker knows. All trainings take the same
number of steps. Prints a line a training, and one JSON object at the end: held-out accuracy by
method and number of human labels, and the share of the gain of labelling all pairs by hand.
"""

import argparse
import json
import multiprocessing
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from statistics import mean, stdev
from typing import Any

from benchmarks.learner.losses import ARMS, train_in
from benchmarks.learning_methods import (
    Labels,
    found_strata,
    found_strata_and_reward,
    human_only,
    pooled,
    rows_of,
    share_right,
)
from benchmarks.pair_sets import greedy_accuracy
from benchmarks.quiet import hush
from benchmarks.worlds.learning import LearningWorld, ask, draw_world, log_likelihood_of_a_over_b
from models_srv.domains.arithmetic.registry import starter_spec
from models_srv.types import ModelSpec

PAIRS, HELD_OUT = 400, 400
LABELS = (40, 20, 100)  # the one that the aim is about first
STEPS = 75  # three epochs of all pairs in batches of 16
SETTINGS = {**ARMS["default"], "learning_rate": 3e-4, "max_steps": STEPS}
Accuracies = dict[str, float]


class Bench:
    """One seed: its world, and the accuracies found so far by name (method/labels)."""

    def __init__(self, seed: int, settings: dict[str, Any]) -> None:
        self.seed, self.settings = seed, {**SETTINGS, **settings}
        self.started = time.monotonic()
        self.accuracies: Accuracies = {}
        self.world: LearningWorld = draw_world(PAIRS, seed)
        self._say(
            f"{PAIRS} pairs; critic right {self.world.critic_right:.3f}, "
            f"biased {self.world.source_right:.3f}"
        )

    def train(self, name: str, labels: Labels, folder: Path) -> ModelSpec:
        spec, _ = train_in(folder, rows_of(self.world, labels), self.settings, self.seed)
        self.accuracies[name] = greedy_accuracy(spec, HELD_OUT)
        right = share_right(self.world, labels)
        self._say(f"{name}: labels right {right:.3f}, accuracy {self.accuracies[name]:.4f}")
        return spec

    def run(self, counts: Sequence[int]) -> Accuracies:
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            everything = ask(self.world, PAIRS, self.seed)
            self.train(f"human_only/{PAIRS}", human_only(everything), _new(root / "ceiling"))
            self.train("ai_only/0", pooled(self.world.pairs), _new(root / "ai"))
            for count in counts:
                self._compare(count, _new(root / str(count)))
        return self.accuracies

    def _compare(self, count: int, root: Path) -> None:
        pairs = ask(self.world, count, self.seed)
        reward = self.train(f"human_only/{count}", human_only(pairs), _new(root / "human"))
        margins = log_likelihood_of_a_over_b(reward, self.world)
        labels = {
            "found_strata_and_reward": found_strata_and_reward(pairs, margins),
            "pooled": pooled(pairs),
            "found_strata": found_strata(pairs),
        }
        for name, each in labels.items():
            self.train(f"{name}/{count}", each, _new(root / name))

    def _say(self, words: str) -> None:
        seconds = time.monotonic() - self.started
        print(f"seed {self.seed} {words} ({seconds:.0f} s)", flush=True)


def _new(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder


def run_seed(seed: int, counts: Sequence[int], settings: dict[str, Any]) -> Accuracies:
    hush()
    return Bench(seed, settings).run(counts)


def summarise(before: float, runs: Sequence[Accuracies]) -> dict[str, dict[str, float]]:
    """Return mean accuracy, its standard deviation over seeds, and the share of the gain."""
    ceiling = mean(run[f"human_only/{PAIRS}"] for run in runs) - before
    table = {}
    for name in runs[0]:
        found = [run[name] for run in runs]
        table[name] = {
            "accuracy": round(mean(found), 4),
            "deviation": round(stdev(found), 4) if len(found) > 1 else 0.0,
            "share_of_gain": round((mean(found) - before) / ceiling, 3),
        }
    return table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--labels", type=int, nargs="+", default=LABELS)
    parser.add_argument("--jobs", type=int, default=2, help="seeds at once, a process each")
    parser.add_argument("--settings", type=json.loads, default={}, help="of training, as JSON")
    given = parser.parse_args()
    hush()
    before = greedy_accuracy(starter_spec("learner"), HELD_OUT)
    print(f"before: {before:.4f}", flush=True)
    started, spawn = time.monotonic(), multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(given.jobs, mp_context=spawn) as pool:
        tasks = [pool.submit(run_seed, s, given.labels, given.settings) for s in given.seeds]
        runs = [task.result() for task in tasks]
    figures = {
        "before": before,
        "seeds": given.seeds,
        "settings": {**SETTINGS, **given.settings},
        "methods": summarise(before, runs),
        "seconds": round(time.monotonic() - started),
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
