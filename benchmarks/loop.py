"""Three rounds of the whole loop on the starter domain: what does it gain, for how many labels?

Real services and workers, simulated annotators over HTTP. v0 and v3 answer fresh problems with
held-out templates, which neither training nor the gate has seen. With `--losses default sft` both
update the learner of each seed, in the same run, and the object says by loss what it gave, and how much
more the first gave than the second (seed by seed, 95 % interval by Student's t).
"""

import argparse
import atexit
import json
import os
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from benchmarks.learner.losses import interval
from benchmarks.stack import ROOT, Stack

LOSSES: dict[str, dict[str, object]] = {"default": {}, "sft": {"loss": "sft"}}
ROUNDS = 3
LABELS_PER_ROUND = 100
ACCURACY = 0.9
TEST_QUERIES = 400
RESAMPLES = 4000
POLL_SECONDS = 1.0


@dataclass
class SeedResult:
    """One seed's run: per test problem 0/1 for v0 and v3, and its cluster."""

    seed: int
    human_labels: int = 0
    accepted_ai: int = 0
    outcomes: list[str] = field(default_factory=list)
    v0: list[float] = field(default_factory=list)
    v3: list[float] = field(default_factory=list)
    clusters: list[str] = field(default_factory=list)


def main() -> None:
    options = _options()
    started = time.monotonic()
    folder = tempfile.mkdtemp(prefix="oversight-bench-")
    # Registered first, so it runs last: after the embedded database has stopped.
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    results: dict[str, list[SeedResult]] = {loss: [] for loss in options.losses}
    with Stack(Path(folder)) as stack:
        _use_django_of(stack)
        for seed in options.seeds:
            for loss, of_loss in results.items():
                of_loss.append(run_seed(stack, seed, loss))
    print(json.dumps(_told(results, time.monotonic() - started)))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("seeds", nargs="*", type=int, default=[1, 2, 3])
    parser.add_argument("--losses", nargs="+", default=["default"], choices=list(LOSSES))
    return parser.parse_args()


def _told(results: dict[str, list[SeedResult]], seconds: float) -> dict[str, object]:
    """Return the figures of the one loss, or of each by its name and of the first against the second."""
    if len(results) == 1:
        return summary(*results.values(), seconds)
    first, second, *_ = ([float(np.mean(r.v3)) for r in of] for of in results.values())
    by_loss = {loss: summary(of, seconds) for loss, of in results.items()}
    gains = [a - b for a, b in zip(first, second, strict=True)]
    return {**by_loss, "first_less_second": interval(gains)}


def run_seed(stack: Stack, seed: int, loss: str = "default") -> SeedResult:
    """Create a campaign, run its rounds, measure its first and its last learner."""
    from oversight.demo import create_demo_campaign
    from oversight.models import Judgement, Preference, Role, Source
    from oversight.versions.selectors.active import active_version

    campaign = create_demo_campaign(
        slug=f"bench-{loss}-{seed}",
        name=f"Bench {loss} {seed}",
        human_budget=LABELS_PER_ROUND,
        **LOSSES[loss],
    )
    first = active_version(campaign, Role.LEARNER)
    result = SeedResult(seed)
    for number in range(1, ROUNDS + 1):
        result.outcomes.append(_run_round(stack, campaign, seed * 10 + number))
        _say(f"seed {seed}, {loss}, round {number}: {result.outcomes[-1]}")
    last = active_version(campaign, Role.LEARNER)
    asked = Judgement.objects.filter(item__campaign=campaign, source=Source.SIMULATED)
    result.human_labels = asked.count()
    accepted = Preference.objects.filter(campaign=campaign, source=Source.CRITIC)
    result.accepted_ai = accepted.count()
    _measure(result, first, last)
    _say(f"seed {seed}, {loss}: v0 {np.mean(result.v0):.3f}, v3 {np.mean(result.v3):.3f}")
    return result


def summary(results: list[SeedResult], seconds: float) -> dict[str, object]:
    """Return the figures; intervals are 95 %, by bootstrap over seeds' query clusters."""
    return {
        "held_out_accuracy": {
            "v0": _interval(results, lambda r: r.v0),
            "v3": _interval(results, lambda r: r.v3),
        },
        "gain": _interval(results, lambda r: list(np.subtract(r.v3, r.v0))),
        "human_labels": max(r.human_labels for r in results),
        "accepted_ai": round(float(np.mean([r.accepted_ai for r in results])), 1),
        "seconds": round(seconds),
        "seeds": [
            {
                "seed": r.seed,
                "v0": round(float(np.mean(r.v0)), 4),
                "v3": round(float(np.mean(r.v3)), 4),
                "human_labels": r.human_labels,
                "accepted_ai": r.accepted_ai,
                "outcomes": r.outcomes,
            }
            for r in results
        ],
    }


def _run_round(stack: Stack, campaign, seed: int) -> str:
    from oversight.loop.services.rounds import start_round
    from oversight.models import Stage

    round_ = start_round(campaign=campaign)
    stage, since = None, time.monotonic()
    while round_.stage != Stage.DONE:
        if round_.stage != stage:
            if stage:
                _say(f"  {campaign.slug} {stage}: {time.monotonic() - since:.0f} s")
            stage, since = round_.stage, time.monotonic()
            if stage == Stage.REVIEW:
                _let_people_judge(stack, campaign.slug, seed)
        time.sleep(POLL_SECONDS)
        if failed := round_.units.filter(state="failed").first():
            raise RuntimeError(f"{failed.stage}: {failed.error}")
        round_.refresh_from_db()
    return round_.outcome


def _let_people_judge(stack: Stack, slug: str, seed: int) -> None:
    words = ["--annotators", "8", "--accuracy", str(ACCURACY), "--seed", str(seed)]
    stack.manage("simulate_annotators", "--campaign", slug, "--base-url", stack.url, *words)


def _measure(result: SeedResult, first, last) -> None:
    from models_srv.domains.arithmetic.checker import is_correct
    from models_srv.domains.arithmetic.problems import draw_queries
    from models_srv.texts import exact_digest
    from oversight.models import Query

    known = set(Query.objects.values_list("text_sha256", flat=True))
    fresh = draw_queries("held_out", TEST_QUERIES, seed=1000 + result.seed)
    queries = [query for query in fresh if exact_digest(query.text) not in known]
    result.clusters = [f"{result.seed}/{query.cluster}" for query in queries]
    for version, scores in ((first, result.v0), (last, result.v3)):
        texts = _greedy(version, [query.text for query in queries])
        pairs = zip(queries, texts, strict=True)
        scores.extend(float(bool(is_correct(query.text, text))) for query, text in pairs)


def _greedy(version, queries: list[str]) -> list[str]:
    from models_srv.roles.learner import build_answer_request, parse_answer
    from models_srv.types import Sampling
    from oversight.versions.services.loading import backend_of

    instructions = version.campaign.basics.learner_instructions
    requests = [build_answer_request(query=text, instructions=instructions) for text in queries]
    generations = backend_of(version).generate(requests, Sampling(temperature=0.0, max_tokens=160))
    return [parse_answer(generation) for generation in generations]


def _interval(results: list[SeedResult], values_of) -> dict[str, float]:
    """Return mean, low and high; clusters are drawn with replacement."""
    by_cluster: dict[str, list[float]] = {}
    for result in results:
        for cluster, value in zip(result.clusters, values_of(result), strict=True):
            by_cluster.setdefault(cluster, []).append(value)
    sums = np.array([sum(values) for values in by_cluster.values()])
    counts = np.array([len(values) for values in by_cluster.values()])
    drawn = np.random.default_rng(0).integers(len(sums), size=(RESAMPLES, len(sums)))
    means = sums[drawn].sum(1) / counts[drawn].sum(1)
    low, high = np.quantile(means, [0.025, 0.975])
    mean = sums.sum() / counts.sum()
    return {
        name: round(float(v), 4)
        for name, v in zip(("mean", "low", "high"), (mean, low, high), strict=True)
    }


def _use_django_of(stack: Stack) -> None:
    os.environ.update(stack.env)
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "oversight.settings")
    import django

    from oversight.embedded import provide_services

    provide_services()
    django.setup()


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
