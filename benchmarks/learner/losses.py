"""What an update gives by number of pairs: `python -m benchmarks.learner.losses --var var/losses`.

Trains the starter learner on pairs of its own answers that the checker chose, by fine-tuning on the
chosen ones (`sft`) and by the loss that a campaign begins with (`default`); with `--model` SmolLM2 on
instructions, for which there is a third, the loss of its template (`dpo_sft`). Each arm has the learning
rate that is best for it at that number of pairs, by held-out problems that the reported ones are not
among; each seed draws its own pairs. With `--var` the pairs and every run are kept there, and what is
there is not done again. The last line is one JSON object: by arm and number of pairs the mean accuracy
of the seeds on held-out problems, its 95 % interval (Student's t) and the rate.
"""

import argparse
import contextlib
import io
import json
import math
import random
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from statistics import mean, stdev
from typing import Any

from benchmarks.kept import kept
from benchmarks.learner.subjects import STARTER, Subject, small_model
from benchmarks.pair_sets import checked_pairs, greedy_accuracy
from benchmarks.quiet import hush, threads
from models_srv.training import TrainingConfig, write_config
from models_srv.types import ModelSpec

ARMS: dict[str, dict[str, Any]] = {
    "sft": {"loss": "sft"},
    "default": {
        "loss": "dpo",
        "beta": 1.0,
        "nll_weight": 10.0,
        "shared_weight": 0.0,
        "later_weight": 0.3,
    },
    "dpo_sft": {"loss": "dpo_sft", "beta": 0.1},
}
USUAL_ARMS = ["sft", "default"]
SIZES, RATES, SEEDS = [50, 100, 200, 400], [1e-4, 3e-4, 6e-4], 3
POOL, ASKED = 600, 400
CHOOSING, REPORTED = 13, 12  # seeds of the held-out problems


def main() -> None:
    options = _options()
    hush()
    with contextlib.ExitStack() as stack:
        var = Path(options.var or stack.enter_context(tempfile.TemporaryDirectory()))
        var.mkdir(parents=True, exist_ok=True)
        pool = _pool(var, options)
        runs = {
            arm: {str(size): _at_size(var, pool, arm, size, options) for size in options.sizes}
            for arm in options.arms
        }
    found: dict[str, Any] = {"accuracy": {arm: _told(of) for arm, of in runs.items()}}
    if set(USUAL_ARMS) <= set(runs):
        found["default_less_sft"] = _differences(runs["default"], runs["sft"])
    print(json.dumps(found), flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--var", help="keep pairs and runs here")
    parser.add_argument("--arms", nargs="+", default=USUAL_ARMS, choices=list(ARMS))
    parser.add_argument("--model", type=Path, help="the folder that `make smollm2` writes")
    parser.add_argument("--sizes", nargs="+", type=int, default=SIZES)
    parser.add_argument("--rates", nargs="+", type=float, default=RATES)
    parser.add_argument("--seeds", type=int, default=SEEDS)
    parser.add_argument("--problems", type=int, default=ASKED, help="that are asked afterwards")
    parser.add_argument("--pool", type=int, default=POOL, help="pairs that a seed's are drawn from")
    given = parser.parse_args()
    given.of = small_model(given.model) if given.model else STARTER
    given.kept_as = "small-" if given.model else ""
    return given


def _pool(var: Path, options: argparse.Namespace) -> list[dict[str, Any]]:
    """Return the pairs that each seed's are drawn from, one a query."""
    count = max(options.pool, *options.sizes)
    path = var / f"{options.kept_as}pairs-{count}.json"
    rows: list[dict[str, Any]] = kept(path, lambda: checked_pairs(count, of=options.of))
    return rows


Best = tuple[float, list[float]]  # the rate, and what each seed's learner is held to with it


def _at_size(
    var: Path, pool: Sequence[dict[str, Any]], arm: str, size: int, options: argparse.Namespace
) -> Best:
    """Train with each rate and seed; return what the best rate gives."""
    runs = {
        rate: [_run(var, pool, arm, size, rate, seed, options) for seed in range(options.seeds)]
        for rate in options.rates
    }
    best = max(runs, key=lambda rate: mean(run["choosing"] for run in runs[rate]))
    return best, [run["reported"] for run in runs[best]]


def _told(runs: Mapping[str, Best]) -> dict[str, dict[str, float]]:
    return {size: {**interval(found), "rate": rate} for size, (rate, found) in runs.items()}


def _differences(
    runs: Mapping[str, Best], others: Mapping[str, Best]
) -> dict[str, dict[str, float]]:
    """Return by number of pairs how much better the first arm is, seed by seed: both learn from the
    same pairs and are asked the same problems, so that what a seed brings cancels out."""
    return {
        size: interval([a - b for a, b in zip(runs[size][1], others[size][1], strict=True)])
        for size in runs
    }


def _run(
    var: Path,
    pool: Sequence[dict[str, Any]],
    arm: str,
    size: int,
    rate: float,
    seed: int,
    options: argparse.Namespace,
) -> dict[str, float]:
    """Return the accuracy on both sets of held-out problems, kept from an earlier time or measured."""
    problems = options.problems
    asked = "" if problems == ASKED else f"-{problems}"
    path = var / f"{options.kept_as}{arm}-{size}-{rate:g}-{seed}{asked}.json"

    def measure() -> dict[str, float]:
        rows = random.Random(seed).sample(list(pool), size)
        with tempfile.TemporaryDirectory() as folder:
            settings = {**ARMS[arm], "learning_rate": rate}
            spec, _ = train_in(Path(folder), rows, settings, seed, options.of)
            return {
                name: greedy_accuracy(spec, problems, seed=at, of=options.of)
                for name, at in (("choosing", CHOOSING), ("reported", REPORTED))
            }

    run: dict[str, float] = kept(path, measure)
    print(f"{arm:8} {size:4} pairs, rate {rate:g}, seed {seed}: {run['reported']:.4f}", flush=True)
    return run


def interval(values: Iterable[float]) -> dict[str, float]:
    """Return mean and 95 % interval by Student's t; NaN for the interval of one value."""
    from scipy.stats import t

    values = list(values)
    middle, count = mean(values), len(values)
    half = t.ppf(0.975, count - 1) * stdev(values) / math.sqrt(count) if count > 1 else math.nan
    return {
        "mean": round(middle, 4),
        "low": round(middle - half, 4),
        "high": round(middle + half, 4),
    }


def train_in(
    run_dir: Path,
    rows: Sequence[dict[str, Any]],
    settings: dict[str, Any],
    seed: int,
    of: Subject = STARTER,
) -> tuple[ModelSpec, dict[str, Any]]:
    """Train the learner in a folder; return the result and the last step's figures."""
    from models_srv.training.run import train

    usual = {"base_model": of.learner.location, "seed": seed, "threads": threads(), **of.training}
    config = TrainingConfig(**{**usual, **settings})
    write_config(run_dir, config)
    (run_dir / "pairs.jsonl").write_text("\n".join(json.dumps(row) for row in rows))
    with contextlib.redirect_stdout(io.StringIO()):
        result = train(run_dir, config)
    return _spec(config, run_dir / "model"), result["final"]


def _spec(config: TrainingConfig, folder: Path) -> ModelSpec:
    if config.method == "full":
        return ModelSpec("transformers", str(folder))
    return ModelSpec("transformers", config.base_model, adapter=str(folder))


if __name__ == "__main__":
    main()
