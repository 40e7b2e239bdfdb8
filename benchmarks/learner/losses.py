"""Which loss, at which learning rate, for the starter domain: `python -m benchmarks.losses`.

Trains the starter learner on pairs of its own answers, chosen by the checker or by the starter
critic, and asks the result held-out problems. Prints a line a run and one JSON object at the end.
"""

import argparse
import contextlib
import io
import json
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from typing import Any

from benchmarks.pair_sets import PairSet, build_pair_sets, greedy_accuracy
from benchmarks.quiet import hush, threads
from models_srv.domains.arithmetic.registry import starter_spec
from models_srv.training import TrainingConfig, write_config
from models_srv.types import ModelSpec

PAIRS, HELD_OUT = 400, 400
FIXED = {"method": "full", "epochs": 3, "batch_size": 16}
# Each loss with the strength that its paper starts from, and learning rates a factor of three apart.
GRID: list[dict[str, Any]] = [
    {"loss": loss, "learning_rate": rate, **strength}
    for loss, strength in (
        ("sft", {}),
        ("dpo", {"beta": 0.1}),
        ("dpo_sft", {"beta": 0.1, "sft_weight": 1.0}),
        ("dpop", {"beta": 0.3, "dpop_lambda": 5.0}),
        ("ipo", {"beta": 0.1}),
    )
    for rate in (3e-5, 1e-4, 3e-4, 1e-3)
]


@dataclass(frozen=True)
class Outcome:
    """One run: its settings, held-out greedy accuracy before and after, and what training said."""

    settings: dict[str, Any]
    pairs: str
    seed: int
    accuracy: float
    seconds: float
    chosen_reward: float
    margin: float

    def line(self) -> str:
        words = " ".join(f"{key}={value}" for key, value in self.settings.items())
        return (
            f"{self.pairs:8} seed {self.seed} {words:60} accuracy {self.accuracy:.3f} "
            f"margin {self.margin:.2f} chosen {self.chosen_reward:+.2f} {self.seconds:.0f} s"
        )


def run_once(pair_set: PairSet, kind: str, settings: dict[str, Any], seed: int) -> Outcome:
    """Train once and ask the held-out problems."""
    started = time.monotonic()
    accuracy, final = train_and_ask(pair_set.rows, settings, seed, HELD_OUT)
    return Outcome(
        settings,
        kind,
        seed,
        round(accuracy, 4),
        round(time.monotonic() - started, 1),
        round(final["rewards/chosen"], 3),
        round(final["rewards/margins"], 3),
    )


def train_and_ask(
    rows: Sequence[dict[str, Any]], settings: dict[str, Any], seed: int, held_out: int
) -> tuple[float, dict[str, Any]]:
    """Train the starter learner; return held-out greedy accuracy and the last step's figures."""
    with tempfile.TemporaryDirectory() as folder:
        spec, final = train_in(Path(folder), rows, settings, seed)
        return greedy_accuracy(spec, held_out), final


def train_in(
    run_dir: Path, rows: Sequence[dict[str, Any]], settings: dict[str, Any], seed: int
) -> tuple[ModelSpec, dict[str, Any]]:
    """Train the starter learner in a folder; return the result and the last step's figures."""
    from models_srv.training.run import train

    learner = starter_spec("learner").location
    config = TrainingConfig(
        **{"base_model": learner, "seed": seed, "threads": threads(), **FIXED, **settings}
    )
    write_config(run_dir, config)
    (run_dir / "pairs.jsonl").write_text("\n".join(json.dumps(row) for row in rows))
    with contextlib.redirect_stdout(io.StringIO()):
        result = train(run_dir, config)
    return _spec(config, run_dir / "model"), result["final"]


def _spec(config: TrainingConfig, folder: Path) -> ModelSpec:
    if config.method == "full":
        return ModelSpec("transformers", str(folder))
    return ModelSpec("transformers", config.base_model, adapter=str(folder))


def best_settings(outcomes: Sequence[Outcome], count: int) -> list[dict[str, Any]]:
    """Return the settings of the `count` best losses, each at its best learning rate."""
    best: dict[str, Outcome] = {}
    for outcome in sorted(outcomes, key=lambda outcome: -outcome.accuracy):
        best.setdefault(outcome.settings["loss"], outcome)
    return [outcome.settings for outcome in list(best.values())[:count]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", nargs="+", default=["critic", "checker"])
    parser.add_argument("--seeds", type=int, default=3, help="seeds of the best two losses")
    given = parser.parse_args()
    hush()
    print("building the pairs", flush=True)
    sets = build_pair_sets(PAIRS)
    before = greedy_accuracy(starter_spec("learner"), HELD_OUT)
    for kind in given.pairs:
        pairs = sets[kind]
        print(f"{kind}: right {pairs.right}, level {pairs.level}, wrong {pairs.wrong}")
    print(f"before: {before:.4f}", flush=True)
    outcomes: list[Outcome] = []

    def note(kind: str, settings: dict[str, Any], seed: int) -> Outcome:
        outcome = run_once(sets[kind], kind, settings, seed)
        outcomes.append(outcome)
        print(outcome.line(), flush=True)
        return outcome

    grid = [note(given.pairs[0], settings, 0) for settings in GRID]
    best = {}
    for settings in best_settings(grid, 2):
        for kind in given.pairs:
            results = [note(kind, settings, seed) for seed in range(given.seeds)]
            figures = {"settings": settings, "accuracy": mean(r.accuracy for r in results)}
            best[f"{settings['loss']}/{kind}"] = figures
    runs = [vars(outcome) for outcome in outcomes]
    print(json.dumps({"before": before, "best": best, "runs": runs}))


if __name__ == "__main__":
    main()
