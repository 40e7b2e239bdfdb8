"""Which pairs to ask people about, so that an answer teaches most: `make bench-asking`.

The world of bench-learning: real answers of the starter learner (with `--model` SmolLM2's to
instructions), a critic with a planted bias, people who know what the checker knows. Half of the labels
are random audits, from which the critic's reliability is measured; the other half are pairs that a rule
chooses. The learner is trained on all pairs, believed as measured, people's word where there is one
(with `--untrained` it is not: only labels are counted). Prints a line a run, and one JSON object at the
end: by number of labels and rule the share of all pairs' labels that are right and held-out accuracy
(untrained: of the pairs that the rule chose the share in which the critic was wrong), each with its
interval over seeds, and against random choice on the same seeds. With `--var` what was measured is kept,
and a run goes on.
"""

import argparse
import json
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.kept import kept
from benchmarks.learner.asking_rules import RULES, chosen_labels
from benchmarks.learner.losses import ARMS, interval, train_in
from benchmarks.learner.subjects import STARTER, small_model
from benchmarks.learning_methods import rows_of, share_right
from benchmarks.pair_sets import greedy_accuracy
from benchmarks.quiet import hush
from benchmarks.worlds.learning import (
    BIASES,
    LearningWorld,
    draw_world,
    log_likelihood_of_a_over_b,
)
from oversight.statistics.labels import Floats

PAIRS, HELD_OUT, STEPS = 400, 1000, 75
COUNTS, SEEDS = [20, 40, 100], 3
SETTINGS = {**ARMS["default"], "learning_rate": 3e-4, "max_steps": STEPS}


def main() -> None:
    options = _options()
    hush()
    with tempfile.TemporaryDirectory() as folder:
        var = options.var or Path(folder)
        var.mkdir(parents=True, exist_ok=True)
        runs = {
            seed: {
                (count, rule): _kept(var, seed, count, rule, options)
                for count in options.labels
                for rule in options.rules
            }
            for seed in range(options.seeds)
        }
    print(json.dumps({what: _table(runs, what, options) for what in options.measured}), flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--var", type=Path, help="keep here what was measured")
    parser.add_argument("--rules", nargs="+", default=list(RULES), choices=list(RULES))
    parser.add_argument("--labels", nargs="+", type=int, default=COUNTS)
    parser.add_argument("--seeds", type=int, default=SEEDS)
    parser.add_argument("--pairs", type=int, default=PAIRS)
    parser.add_argument("--model", type=Path, help="the folder that `make smollm2` writes")
    parser.add_argument("--untrained", action="store_true", help="only count labels that are right")
    parser.add_argument("--bias", default="longer", choices=BIASES, help="of the critic")
    given = parser.parse_args()
    given.of = small_model(given.model) if given.model else STARTER
    given.measured = ["labels_right", "errors_asked" if given.untrained else "accuracy"]
    given.kept_as = "".join(
        f"{word}-"
        for word, holds in {
            "small": given.model,
            "untrained": given.untrained,
            given.bias: given.bias != "longer",
        }.items()
        if holds
    )
    return given


MEASURE = 3  # of what is kept; to be raised where it changes what a name means
Run = dict[str, float]


def _table(
    runs: Mapping[int, Mapping[tuple[int, str], Run]], what: str, options: argparse.Namespace
) -> dict[str, dict[str, object]]:
    """Return of one measure, by number of labels and rule, what the seeds come to."""
    return {
        str(count): {
            rule: _told(
                [run[count, rule][what] for run in runs.values()],
                [run[count, "random"][what] for run in runs.values()],
            )
            for rule in options.rules
        }
        for count in options.labels
    }


def _told(values: Sequence[float], by_chance: Sequence[float]) -> dict[str, object]:
    gains = [value - other for value, other in zip(values, by_chance, strict=True)]
    return {**interval(values), "against_random": interval(gains)}


def _kept(var: Path, seed: int, count: int, rule: str, options: argparse.Namespace) -> Run:
    pairs = "" if options.pairs == PAIRS else f"-{options.pairs}"
    path = var / f"{MEASURE}-{options.kept_as}{rule}-{count}-{seed}{pairs}.json"
    run: Run = kept(path, lambda: _measure(seed, count, rule, options))
    found = ", ".join(f"{what.replace('_', ' ')} {run[what]:.4f}" for what in options.measured)
    print(f"seed {seed}, {count} labels, {rule}: {found}", flush=True)
    return run


def _measure(seed: int, count: int, rule: str, options: argparse.Namespace) -> Run:
    world, margins = _world(seed, options)
    labels, errors = chosen_labels(world, margins, count, rule, seed)
    found = {"labels_right": share_right(world, labels), "errors_asked": errors}
    if options.untrained:
        return found
    with tempfile.TemporaryDirectory() as folder:
        spec, _ = train_in(Path(folder), rows_of(world, labels), SETTINGS, seed, options.of)
        return {**found, "accuracy": greedy_accuracy(spec, HELD_OUT, of=options.of)}


_worlds: dict[int, tuple[LearningWorld, Floats]] = {}


def _world(seed: int, options: argparse.Namespace) -> tuple[LearningWorld, Floats]:
    """Return the world and the learner's margins, worked out once."""
    if seed not in _worlds:
        world = draw_world(options.pairs, seed, options.of, options.bias)
        _worlds[seed] = world, log_likelihood_of_a_over_b(options.of.learner, world)
    return _worlds[seed]


if __name__ == "__main__":
    main()
