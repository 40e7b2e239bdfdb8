"""Which attacker finds the most different failures: `make bench-attack`.

The starter learner is attacked and learns from each round's failures; the attacks are drawn from a
pool, written by the frozen starter attacker, by one that is aimed, trained, or starts from an archive.
A failure counts where the checker confirms that the query is fair and the answer wrong. At the end of
a seed the last learners of two arms, and the one that all began with, answer new attacks of either
arm's last attacker. Prints a line a round, and one JSON object at the end: different failures per 100
queries, by arm, over all rounds, and the share of new attacks answered rightly, by learner and attacks.
With `--var` every run is kept there, and what is there is not done again.
"""

import argparse
import contextlib
import json
import shutil
import tempfile
import time
from collections.abc import Sequence
from math import sqrt
from pathlib import Path
from statistics import mean, stdev

from scipy.stats import t as student

from benchmarks.quiet import hush
from benchmarks.roles.attack_world import ARMS, Asked, World, share_right
from models_srv.domains.arithmetic.domain import ARITHMETIC
from models_srv.domains.arithmetic.registry import starter_spec
from models_srv.domains.domain import DomainQuery
from models_srv.types import ModelSpec
from oversight.attacks.policies.confirming import Outcome

HELD_OUT = 200
NEW_ATTACKS = 200
CROSSED = ("frozen", "trained_archive")  # whose learners answer each other's attacks
Figures = dict[str, float]


def measure(rounds: Sequence[Sequence[Asked]]) -> Figures:
    """Return what a run came to, per 100 queries of all its rounds together."""
    asked = [each for every in rounds for each in every]
    failed = [each for each in asked if each.outcome is Outcome.FAILED]
    per = 100 / len(asked)
    return {
        "clusters_per_100": per * len({each.cluster for each in failed}),
        "failures_per_100": per * len(failed),
        "unfair_per_100": per * sum(each.outcome is Outcome.UNFAIR for each in asked),
        "kinds_failed": len({each.kind for each in failed}),
    }


def summarise(values: Sequence[float]) -> Figures:
    """Return the mean over seeds with its 95 % interval (Student's; none from one seed)."""
    middle = mean(values)
    if len(values) < 2:
        return {"mean": round(middle, 2), "n": 1}
    half = float(student.ppf(0.975, len(values) - 1)) * stdev(values) / sqrt(len(values))
    low, high = round(middle - half, 2), round(middle + half, 2)
    return {"mean": round(middle, 2), "low": low, "high": high, "n": len(values)}


def run(name: str, seed: int, given: argparse.Namespace, held_out: Sequence[str]) -> Figures:
    """Return what one arm came to with one seed, kept from an earlier time or measured."""
    folder = _folder(name, seed, given)
    path = folder.with_suffix(".json")
    if not path.exists() or (name in CROSSED and not folder.exists()):
        found = _measured(name, seed, given, held_out)
        path.write_text(json.dumps(found))
    kept: Figures = json.loads(path.read_text())
    whole = " ".join(f"{key} {value:.1f}" for key, value in kept.items())
    print(f"{name} seed {seed} all rounds: {whole}", flush=True)
    return kept


def _measured(name: str, seed: int, given: argparse.Namespace, held_out: Sequence[str]) -> Figures:
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        world = World(ARMS[name], seed, Path(folder))
        by_round: Figures = {}
        for number in range(1, given.rounds + 1):
            figures = measure([world.run_round(given.queries)])
            by_round[f"clusters_in_round_{number}"] = figures["clusters_per_100"]
            words = " ".join(f"{key} {value:.1f}" for key, value in figures.items())
            seconds = time.monotonic() - started
            print(f"{name} seed {seed} round {number}: {words} ({seconds:.0f} s)", flush=True)
        learner = {"learner_held_out": 100 * share_right(world.learner, held_out)}
        if name in CROSSED:
            _keep(world, _folder(name, seed, given))
        return {**measure(world.rounds), **by_round, **learner}


def _folder(name: str, seed: int, given: argparse.Namespace) -> Path:
    return Path(given.var) / f"{name}-{seed}-{given.rounds}x{given.queries}"


def _keep(world: World, folder: Path) -> None:
    """Keep the last learner, and new attacks by the last attacker."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(world.learner.location, folder / "learner")
    (folder / "attacks.json").write_text(json.dumps(world.new_attacks(NEW_ATTACKS)))


def crossed(seed: int, given: argparse.Namespace) -> dict[str, dict[str, float]]:
    """Return the share of new attacks answered rightly, in percent, by learner and by whose they are."""
    folders = {name: _folder(name, seed, given) for name in CROSSED}
    learners = {
        name: ModelSpec("transformers", str(at / "learner")) for name, at in folders.items()
    }
    learners["starter"] = starter_spec("learner")
    attacks = {name: json.loads((at / "attacks.json").read_text()) for name, at in folders.items()}
    found = {
        learner: {name: 100 * share_right(spec, texts) for name, texts in attacks.items()}
        for learner, spec in learners.items()
    }
    print(f"seed {seed}: right of new attacks, by learner: {found}", flush=True)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--arms", nargs="+", default=list(ARMS), choices=list(ARMS))
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--queries", type=int, default=60)
    parser.add_argument("--var", help="keep what each arm and seed came to here")
    given = parser.parse_args()
    hush()
    with contextlib.ExitStack() as stack:
        given.var = given.var or stack.enter_context(tempfile.TemporaryDirectory())
        Path(given.var).mkdir(parents=True, exist_ok=True)
        print(json.dumps(_all_runs(given)))


def _all_runs(given: argparse.Namespace) -> dict[str, object]:
    """Run every arm with every seed, seed after seed, and return what they came to together."""
    started = time.monotonic()
    held_out = [query.text for query in _held_out()]
    runs: dict[str, list[Figures]] = {name: [] for name in given.arms}
    right: list[dict[str, Figures]] = []
    for seed in given.seeds:
        for name in given.arms:
            runs[name].append(run(name, seed, given, held_out))
        if set(CROSSED) <= set(given.arms):
            right.append(crossed(seed, given))
    keys = list(next(iter(runs.values()))[0])
    result: dict[str, object] = {
        key: {name: summarise([each[key] for each in of]) for name, of in runs.items()}
        for key in keys
    }
    result["right_of_new_attacks"] = {
        learner: {of: summarise([each[learner][of] for each in right]) for of in CROSSED}
        for learner in (right[0] if right else ())
    }
    result |= {"rounds": given.rounds, "queries": given.queries, "seeds": given.seeds}
    return {**result, "seconds": round(time.monotonic() - started)}


def _held_out() -> Sequence[DomainQuery]:
    return ARITHMETIC.queries("held_out", HELD_OUT, 77)


if __name__ == "__main__":
    main()
