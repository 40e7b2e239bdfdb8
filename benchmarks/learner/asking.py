"""Which pairs to ask people about, so that an answer teaches most: `make bench-asking`.

The world of bench-learning: real answers of the starter learner, a critic with a planted bias, people
who know what the checker knows. Half of the labels are random audits, from which the critic's
reliability is measured; the other half are pairs that a rule chooses. The learner is trained on all
pairs, believed as measured, people's word where there is one. Prints a line a training, and one JSON
object at the end: by number of labels and rule, held-out accuracy with its interval over seeds, and
against random choice on the same seeds. With `--var` what was measured is kept, and a run goes on.
"""

import argparse
import json
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.learner.losses import ARMS, interval, train_in
from benchmarks.learning_methods import Labels, found_strata, rows_of, share_right
from benchmarks.pair_sets import greedy_accuracy
from benchmarks.quiet import hush
from benchmarks.worlds.learning import LearningWorld, draw_world, log_likelihood_of_a_over_b
from models_srv.domains.arithmetic.registry import starter_spec
from oversight.statistics.labels import Bools, Floats
from oversight.trust.policies.source.model import SourcePairs

PAIRS, HELD_OUT, STEPS = 400, 1000, 75
COUNTS, SEEDS = [20, 40, 100], 3
SETTINGS = {**ARMS["default"], "learning_rate": 3e-4, "max_steps": STEPS}
# Of each pair, how much an answer is expected to teach, shape (pairs,).
Rule = Callable[[LearningWorld, Floats, Labels], Floats]


def unsure(world: LearningWorld, margins: Floats, labels: Labels) -> Floats:
    """Where the critic can be believed least, as the loop chooses."""
    return -np.abs(labels.p_w - labels.p_l)


def contradicted(world: LearningWorld, margins: Floats, labels: Labels) -> Floats:
    """Where the learner finds the answer likelier that is said to be worse, by how much."""
    return np.where(labels.prefers_a, -margins, margins)


def moving(world: LearningWorld, margins: Floats, labels: Labels) -> Floats:
    """The step that is expected of the answer: doubt of the label times the gradient of DPO."""
    doubt = np.minimum(labels.p_w, labels.p_l) / (labels.p_w + labels.p_l)
    scaled = contradicted(world, margins, labels) / np.sqrt(np.mean(margins**2))
    return doubt / (1 + np.exp(-scaled))


def close(world: LearningWorld, margins: Floats, labels: Labels) -> Floats:
    """Where the learner itself hardly prefers one."""
    return -np.abs(margins)


RULES: Mapping[str, Rule | None] = {
    "random": None,
    "unsure": unsure,
    "contradicted": contradicted,
    "moving": moving,
    "close": close,
}


def main() -> None:
    options = _options()
    hush()
    with tempfile.TemporaryDirectory() as folder:
        var = options.var or Path(folder)
        var.mkdir(parents=True, exist_ok=True)
        runs = {
            seed: {
                (count, rule): _kept(var, seed, count, rule)
                for count in options.labels
                for rule in options.rules
            }
            for seed in range(options.seeds)
        }
    found = {
        str(count): {rule: _told(runs, count, rule) for rule in options.rules}
        for count in options.labels
    }
    print(json.dumps({"accuracy": found}), flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--var", type=Path, help="keep here what was measured")
    parser.add_argument("--rules", nargs="+", default=list(RULES), choices=list(RULES))
    parser.add_argument("--labels", nargs="+", type=int, default=COUNTS)
    parser.add_argument("--seeds", type=int, default=SEEDS)
    return parser.parse_args()


def _told(
    runs: Mapping[int, Mapping[tuple[int, str], float]], count: int, rule: str
) -> dict[str, object]:
    values = [run[count, rule] for run in runs.values()]
    against = [run[count, rule] - run[count, "random"] for run in runs.values()]
    return {**interval(values), "against_random": interval(against)}


def _kept(var: Path, seed: int, count: int, rule: str) -> float:
    path = var / f"{rule}-{count}-{seed}.json"
    if not path.exists():
        path.write_text(json.dumps(_measure(seed, count, rule)))
    accuracy: float = json.loads(path.read_text())
    print(f"seed {seed}, {count} labels, {rule}: {accuracy:.4f}", flush=True)
    return accuracy


def _measure(seed: int, count: int, rule: str) -> float:
    world, margins = _world(seed)
    labels = chosen_labels(world, margins, count, RULES[rule], seed)
    print(f"  labels right {share_right(world, labels):.3f}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        spec, _ = train_in(Path(folder), rows_of(world, labels), SETTINGS, seed)
        return greedy_accuracy(spec, HELD_OUT)


_worlds: dict[int, tuple[LearningWorld, Floats]] = {}


def _world(seed: int) -> tuple[LearningWorld, Floats]:
    """Return the world and the learner's margins, worked out once."""
    if seed not in _worlds:
        world = draw_world(PAIRS, seed)
        _worlds[seed] = world, log_likelihood_of_a_over_b(starter_spec("learner"), world)
    return _worlds[seed]


def chosen_labels(
    world: LearningWorld, margins: Floats, count: int, rule: Rule | None, seed: int
) -> Labels:
    """Return what is believed of all pairs once people were asked `count` times.

    Reliability is measured on the random half alone: what a rule chooses is no fair sample.
    """
    order = np.random.default_rng(3000 + seed).permutation(len(world.queries))
    audited = order[: count // 2]
    labels = found_strata(_asked(world, audited))
    if rule is None:
        others = order[count // 2 : count]
    else:
        scores = rule(world, margins, labels)
        scores[audited] = -np.inf
        others = np.argsort(-scores, kind="stable")[: count - len(audited)]
    return _told_by_people(world, labels, others)


def _asked(world: LearningWorld, indices: Sequence[int]) -> SourcePairs:
    known = np.full(len(world.queries), np.nan)
    known[indices] = world.is_a_truly[indices]
    return replace(world.pairs, is_a_human=known)


def _told_by_people(world: LearningWorld, labels: Labels, indices: Sequence[int]) -> Labels:
    prefers_a: Bools = labels.prefers_a.copy()
    p_w, p_l = labels.p_w.copy(), labels.p_l.copy()
    prefers_a[indices] = world.is_a_truly[indices]
    p_w[indices], p_l[indices] = 1.0, 0.0
    return replace(labels, prefers_a=prefers_a, p_w=p_w, p_l=p_l)


if __name__ == "__main__":
    main()
