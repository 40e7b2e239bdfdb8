"""Learning from many AI labels and few human ones in a linear world: `make bench-mixed`.

Prints progress and, on the last line, one JSON object: mean held-out ranking accuracy by scenario,
number of audits and method; `margin`, by which `found_strata` beats the better of pooled and human
only, paired over seeds, with its standard error. `audited_strata` looks at no unaudited pair;
`known_strata`, which is told the truth about the source, is what could be reached.
"""

import json
import time
from argparse import ArgumentParser
from collections.abc import Callable

import numpy as np
from scipy.special import expit

from benchmarks.worlds.mixed import SCENARIOS, World, draw_world
from oversight.statistics.labels import Floats
from oversight.statistics.logistic import Penalty, fit_logistic
from oversight.trust.policies.source.model import SourcePairs, fit_source_model, predict_reliability

AUDITS = (30, 100, 200)
SEEDS = 40
RIDGE = 1.0  # of every method, on features of unit variance
PRIOR_RIGHT, PRIOR_WRONG = 8.0, 1.0
SMALLEST_CONTRAST = 0.05  # robust DPO divides by 1 − 2ε


def chosen_less_rejected(pairs: SourcePairs) -> Floats:
    """Return each pair's features in the direction of its label: the person's where there is one."""
    prefers_a = np.where(pairs.is_audited, pairs.is_a_human == 1, pairs.is_a_source)
    return pairs.features * np.where(prefers_a, 1, -1)[:, None]


def error_rate(pairs: SourcePairs) -> float:
    """Return the source's rate of error on the audited pairs, under a Beta prior."""
    audited = pairs.is_audited
    wrong = int((pairs.is_a_human[audited] != pairs.is_a_source[audited]).sum())
    return (wrong + PRIOR_WRONG) / (audited.sum() + PRIOR_RIGHT + PRIOR_WRONG)


def logistic(features: Floats, targets: Floats) -> Floats:
    """Return the policy (features,) of least −t log σ(z) − (1 − t) log σ(−z), z = features · policy."""
    zeros = np.zeros(features.shape[1])
    return fit_logistic(features, targets, Penalty(zeros, zeros + RIDGE))


def mixed(features: Floats, p_w: Floats, p_l: Floats) -> Floats:
    """Return the policy of least mixed-feedback loss, −log(p_w σ(z) + p_l σ(−z)), by EM."""
    zeros = np.zeros(features.shape[1])
    penalty, policy = Penalty(zeros, zeros + RIDGE), zeros
    for _ in range(300):
        before = policy
        chance = expit(features @ policy)
        target = p_w * chance / np.maximum(p_w * chance + p_l * (1 - chance), 1e-300)
        policy = fit_logistic(features, target, penalty, start=before, max_steps=1)
        if np.abs(policy - before).max() < 1e-4:
            break
    return policy


def pooled(world: World) -> Floats:
    features = chosen_less_rejected(world.pairs)
    return logistic(features, np.ones(len(features)))


def human_only(world: World) -> Floats:
    features = chosen_less_rejected(world.pairs)[world.pairs.is_audited]
    return logistic(features, np.ones(len(features)))


def cdpo(world: World) -> Floats:
    features = chosen_less_rejected(world.pairs)
    return logistic(features, np.where(world.pairs.is_audited, 1, 1 - error_rate(world.pairs)))


def robust_per_source(world: World) -> Floats:
    """Robust DPO (Chowdhury et al., 2024): a logistic loss whose target is (1 − ε) / (1 − 2ε)."""
    features, rate = chosen_less_rejected(world.pairs), error_rate(world.pairs)
    contrast = 1 - 2 * rate
    contrast = np.copysign(max(abs(contrast), SMALLEST_CONTRAST), contrast)
    return logistic(features, np.where(world.pairs.is_audited, 1, (1 - rate) / contrast))


def per_source(world: World) -> Floats:
    rate = np.full(len(world.pairs.is_audited), error_rate(world.pairs))
    return _with_reliability(world, 1 - rate, rate)


def audited_strata(world: World) -> Floats:
    model = fit_source_model(world.pairs, uses_unaudited=False)
    return _with_reliability(world, *predict_reliability(model, world.pairs))


def found_strata(world: World) -> Floats:
    model = fit_source_model(world.pairs)
    return _with_reliability(world, *predict_reliability(model, world.pairs))


def known_strata(world: World) -> Floats:
    return _with_reliability(world, world.p_w, world.p_l)


METHODS: tuple[Callable[[World], Floats], ...] = (
    pooled,
    human_only,
    cdpo,
    robust_per_source,
    per_source,
    audited_strata,
    found_strata,
    known_strata,
)


def accuracies(world: World) -> dict[str, float]:
    """Return the held-out ranking accuracy of each method."""
    return {
        method.__name__: float(np.mean((world.held_out @ method(world) > 0) == world.is_a_truly))
        for method in METHODS
    }


def measure(scenario: str, audits: int, seeds: int) -> dict[str, float]:
    """Return the means over seeds, and found_strata's margin over pooled and human only."""
    runs = [accuracies(draw_world(scenario, audits, seed)) for seed in range(seeds)]
    means = {name: float(np.mean([run[name] for run in runs])) for name in runs[0]}
    rival = max(("pooled", "human_only"), key=means.__getitem__)
    margins = np.array([run["found_strata"] - run[rival] for run in runs])
    means["margin"] = float(margins.mean())
    means["margin_error"] = float(margins.std(ddof=1) / np.sqrt(seeds))
    return {name: round(value, 4) for name, value in means.items()}


def _with_reliability(world: World, p_w: Floats, p_l: Floats) -> Floats:
    audited = world.pairs.is_audited
    features = chosen_less_rejected(world.pairs)
    return mixed(features, np.where(audited, 1, p_w), np.where(audited, 0, p_l))


def main() -> None:
    parser = ArgumentParser(description="Measure learning from mixed feedback in a linear world.")
    parser.add_argument("--seeds", type=int, default=SEEDS)
    parser.add_argument("--audits", type=int, nargs="+", default=AUDITS)
    parser.add_argument("--scenarios", nargs="+", default=SCENARIOS, choices=SCENARIOS)
    options = parser.parse_args()
    started, figures = time.monotonic(), {}
    for scenario in options.scenarios:
        figures[scenario] = {}
        for audits in options.audits:
            figures[scenario][str(audits)] = measure(scenario, audits, options.seeds)
            print(f"{scenario}, {audits} audits: {figures[scenario][str(audits)]}", flush=True)
    seconds = round(time.monotonic() - started)
    print(json.dumps({"scenarios": figures, "seeds": options.seeds, "seconds": seconds}))


if __name__ == "__main__":
    main()
