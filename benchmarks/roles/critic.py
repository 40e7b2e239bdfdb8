"""How good a critic is by version, and what training it on verdicts gives: `make bench-critic`.

The starter critic comments on answers of the starter learner; simulated annotators, who know what the
checker knows and err now and then, judge its comments; it is trained on the pairs that this gives, by
the product's own rules. By `--pairs` also, or instead, on errors put in, and on what is gained where the
starter that can revise writes each answer anew after each of its critiques: there nobody judges. Both
versions then read held-out answers, natural ones and right ones with an error put in, and the natural
ones are written anew after what they say. Prints progress, and one JSON object last.
"""

import argparse
import contextlib
import io
import json
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.quiet import hush, threads
from benchmarks.roles.critic_revisions import mended, revision_lines
from benchmarks.roles.critic_world import (
    STARTER,
    Answered,
    Line,
    criticise,
    natural_answers,
    read_answers,
    tampered_answers,
    tampered_lines,
    verdict_lines,
)
from models_srv.training import TrainingConfig, write_config
from models_srv.types import ModelSpec
from oversight.learning.policies.critic_settings import TRAINED_BY
from oversight.trust.policies.source.critic_figures import CriticFigures, critic_figures

HELD_OUT, TRAIN, SAMPLES = 600, 1200, 4
PAIRS = ("verdicts", "tampered", "revisions")
FIGURES = ("bugs_caught", "hallucinated", "made_up", "nitpicks", "quotes_found", "auroc", "ece")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--train", type=int, default=TRAIN, help="answers that are judged")
    parser.add_argument("--held-out", type=int, default=HELD_OUT)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--pairs", nargs="+", choices=PAIRS, default=["verdicts"])
    parser.add_argument("--set", nargs="*", default=[], help="name=value, as {'loss': 'sft'}")
    given = parser.parse_args()
    hush()
    natural = natural_answers("held_out", given.held_out, 4000 + given.seed)
    tried = {"natural": natural, "tampered": tampered_answers(natural, given.seed)}
    versions = {"starter": measure("starter", STARTER, tried, given.seed)}
    lines = training_lines(given)
    counts = Counter(line["source"] for line in lines)
    print(f"{len(lines)} pairs: {dict(counts)}", flush=True)
    settings = {**TRAINED_BY, **{k: _value(v) for k, v in (each.split("=") for each in given.set)}}
    with tempfile.TemporaryDirectory() as folder:
        began = time.monotonic()
        trained = train(Path(folder), lines, settings, given.seed)
        print(f"trained in {time.monotonic() - began:.0f} s by {settings}", flush=True)
        versions["trained"] = measure("trained", trained, tried, given.seed)
    print(json.dumps({"versions": versions, "pairs": counts, "settings": settings}))


def training_lines(given: argparse.Namespace) -> list[Line]:
    """Return the pairs of answers to training queries, each criticised SAMPLES times more."""
    seed = given.seed
    answers = natural_answers("train", given.train, 5000 + seed)
    samples = _samples(answers, seed)
    lines = verdict_lines(answers, samples, seed) if "verdicts" in given.pairs else []
    if "revisions" in given.pairs:
        lines += revision_lines(answers, samples, seed)
    if "tampered" in given.pairs:
        spoilt = tampered_answers(answers, seed)
        lines += tampered_lines(spoilt, _samples(spoilt, seed))
    return lines


def _samples(answers: Sequence[Answered], seed: int) -> list[Any]:
    drawn = [criticise(STARTER, answers, 1.0, 100 * seed + n) for n in range(1, SAMPLES + 1)]
    print(f"{len(answers)} answers criticised {SAMPLES + 1} times", flush=True)
    return [criticise(STARTER, answers), *drawn]


def train(folder: Path, lines: Sequence[Line], settings: dict[str, Any], seed: int) -> ModelSpec:
    """Train the starter critic in a folder; return where the new version is."""
    from models_srv.training.run import train as run_training

    more = {"base_model": STARTER.location, "seed": seed, "threads": threads(), "method": "full"}
    config = TrainingConfig(**{**more, **settings})
    write_config(folder, config)
    (folder / "pairs.jsonl").write_text("\n".join(json.dumps(line) for line in lines))
    with contextlib.redirect_stdout(io.StringIO()):
        run_training(folder, config)
    return ModelSpec("transformers", str(folder / "model"))


def measure(
    name: str, critic: ModelSpec, tried: dict[str, list[Answered]], seed: int
) -> dict[str, Any]:
    """Return a version's figures: those on natural answers by their names, on tampered ones apart."""
    found = {}
    for kind, answers in tried.items():
        figures = critic_figures(read_answers(critic, answers), seed)
        print(f"{name} on {kind} answers: {_words(figures)}", flush=True)
        found[kind] = _kept(figures)
    anew = mended(critic, tried["natural"], seed)
    print(f"{name}: natural answers written anew: {anew}", flush=True)
    return {**found["natural"], "tampered": found["tampered"], "anew": anew}


def _kept(figures: CriticFigures) -> dict[str, Any]:
    """Return the figures as numbers, with their intervals and how many there are."""
    whole = asdict(figures)
    kept: dict[str, Any] = {"answers": figures.answers}
    for name in FIGURES:
        each = whole[name]
        kept[name] = each and _rounded(each["value"])
        kept[f"{name}_interval"] = each and [_rounded(each["low"]), _rounded(each["high"])]
        kept[f"{name}_n"] = each and each.get("count", each.get("n"))
    kept["by_severity"] = {
        severity: _rounded(share.value) for severity, share in figures.by_severity.items()
    }
    return kept


def _words(figures: CriticFigures) -> str:
    kept = _kept(figures)
    return ", ".join(f"{name} {kept[name]} {kept[f'{name}_interval']}" for name in FIGURES)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


if __name__ == "__main__":
    main()
