"""Three rounds of SmolLM2-135M on instructions that can be verified: `make bench-smollm2`.

Each round the learner answers queries of the domain four times, the checker says which instructions
each answer keeps to, and a LoRA adapter goes on learning from that: by DPO with a fine-tuning term from
the answer that keeps to the most and the one that keeps to the least, or (the other arm) by fine-tuning
on one right answer of each query that has one. Asked greedily before and after: held-out topics, and
IFEval's prompts where `--ifeval` names them (JSON lines with prompt, instruction_id_list and kwargs).
Prints a line a step, and last one JSON object: shares of prompts of which everything is kept to, with
95 % intervals, and how many prompts were gained and lost. With `--var` what was done is kept there, and
a run that was stopped goes on.
"""

import argparse
import contextlib
import io
import json
import shutil
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.kept import kept
from benchmarks.learner.subjects import SMALL_TEMPERATURE, SMALL_TRAINING
from benchmarks.quiet import hush, threads
from models_srv.backends import clear_cache, load_backend
from models_srv.domains.instructions.domain import INSTRUCTIONS
from models_srv.domains.instructions.ifeval import LEFT_OUT, verdicts
from models_srv.evaluation import accuracy
from models_srv.roles.learner import build_answer_request
from models_srv.types import ModelSpec, Sampling

Outcomes = list[bool]
Row = dict[str, Any]
LORA = {**SMALL_TRAINING, "learning_rate": 5e-4}
ARMS: Mapping[str, str] = {"after": "dpo_sft", "best_of_k": "sft"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path, help="the folder that `make smollm2` writes")
    parser.add_argument("--ifeval", type=Path, help="IFEval's prompts; left out unless given")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--queries", type=int, default=160, help="of each round")
    parser.add_argument("--samples", type=int, default=4)
    parser.add_argument("--tokens", type=int, default=96, help="at most, for each answer")
    parser.add_argument("--held-out", type=int, default=200)
    parser.add_argument("--ifeval-prompts", type=int, default=300, help="at most")
    parser.add_argument("--ifeval-tokens", type=int, default=256)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--var", type=Path, help="keep here what was done, for these options")
    options = parser.parse_args()
    hush()
    base = ModelSpec("transformers", str(options.model))
    tests = {"domain": on_domain} | ({"ifeval": on_ifeval} if options.ifeval else {})
    outcomes: dict[str, dict[str, Outcomes]] = {name: {} for name in tests}
    with contextlib.ExitStack() as stack:
        var = options.var or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        for arm, loss in {"before": "", **ARMS}.items():
            spec = run_rounds(base, loss, var / arm, options) if loss else base
            for name, test in tests.items():
                outcomes[name][arm] = kept(var / f"{arm}-{name}.json", partial(test, spec, options))
            say(arm, outcomes)
    print(json.dumps({name: told(found) for name, found in outcomes.items()}))


def run_rounds(base: ModelSpec, loss: str, folder: Path, options: argparse.Namespace) -> ModelSpec:
    """Return the learner after all rounds, each trained on what the one before answered."""
    spec = base
    for number in range(options.rounds):
        done = partial(run_round, spec, loss, folder / str(number), options, number)
        spec = ModelSpec(**kept(folder / f"{number}.json", done))
    return spec


def run_round(
    spec: ModelSpec, loss: str, folder: Path, options: argparse.Namespace, number: int
) -> Row:
    """Return the next learner's spec as JSON has it."""
    started = time.monotonic()
    rows = gather(spec, loss, options, options.seed + number)
    sampled = time.monotonic()
    shutil.rmtree(folder, ignore_errors=True)  # of a run that was stopped
    spec = trained(spec, rows, loss, folder, options.seed + number)
    print(
        f"{loss} round {number + 1}: {len(rows)} rows in {sampled - started:.0f} s, "
        f"trained in {time.monotonic() - sampled:.0f} s",
        flush=True,
    )
    return {"backend": spec.backend, "location": spec.location, "adapter": spec.adapter}


def gather(spec: ModelSpec, loss: str, options: argparse.Namespace, seed: int) -> list[Row]:
    """Return what the loss learns from in the learner's own answers to a round's queries."""
    queries = [query.text for query in INSTRUCTIONS.queries("train", options.queries, seed)]
    sampling = Sampling(temperature=SMALL_TEMPERATURE, max_tokens=options.tokens, seed=seed)
    asked = [query for query in queries for _ in range(options.samples)]
    texts = answers(spec, asked, sampling)
    rows = []
    for at, query in enumerate(queries):
        own = texts[at * options.samples : (at + 1) * options.samples]
        shares = [INSTRUCTIONS.share_right(query, text) or 0.0 for text in own]
        ranked = sorted(zip(shares, own, strict=True), key=lambda each: each[0])
        (least, worst), (most, best) = ranked[0], ranked[-1]
        if most == 1 if loss == "sft" else most > least:
            rows.append(row(query, best, worst))
    return rows


def row(query: str, chosen: str, rejected: str) -> Row:
    return {
        "prompt": [{"role": "user", "content": query}],
        "chosen": [{"role": "assistant", "content": chosen}],
        # Fine-tuning does not read it, and a pair of equals would be left out.
        "rejected": [{"role": "assistant", "content": rejected if rejected != chosen else "…"}],
    }


def trained(spec: ModelSpec, rows: Sequence[Row], loss: str, folder: Path, seed: int) -> ModelSpec:
    """Return the learner with the adapter trained on; as it is where there is nothing to learn from."""
    from models_srv.training import TrainingConfig, write_config
    from models_srv.training.run import train

    if not rows:
        return spec
    named = {"base_model": spec.location, "adapter": spec.adapter, "loss": loss, "seed": seed}
    config = TrainingConfig(threads=threads(), **named, **LORA)
    folder.mkdir(parents=True)
    write_config(folder, config)
    (folder / "pairs.jsonl").write_text("\n".join(map(json.dumps, rows)))
    clear_cache()
    with contextlib.redirect_stdout(io.StringIO()):
        train(folder, config)
    return ModelSpec("transformers", spec.location, adapter=str(folder / "model"))


def answers(spec: ModelSpec, queries: Sequence[str], sampling: Sampling) -> list[str]:
    asked = [build_answer_request(query=query) for query in queries]
    return [each.text.rstrip() for each in load_backend(spec).generate(asked, sampling)]


def on_domain(spec: ModelSpec, options: argparse.Namespace) -> Outcomes:
    """Return of each held-out query whether the greedy answer keeps to all of it."""
    queries = [query.text for query in INSTRUCTIONS.queries("held_out", options.held_out, seed=2)]
    texts = answers(spec, queries, Sampling(temperature=0.0, max_tokens=options.tokens))
    pairs = zip(queries, texts, strict=True)
    return [bool(INSTRUCTIONS.is_correct(query, text)) for query, text in pairs]


def on_ifeval(spec: ModelSpec, options: argparse.Namespace) -> Outcomes:
    """The same of IFEval's prompts, strictly; those that ask for a language are left out."""
    lines = options.ifeval.read_text(encoding="utf-8").splitlines()
    rows = [each for each in map(json.loads, lines) if LEFT_OUT not in each["instruction_id_list"]]
    rows = rows[: options.ifeval_prompts]
    sampling = Sampling(temperature=0.0, max_tokens=options.ifeval_tokens)
    texts = answers(spec, [each["prompt"] for each in rows], sampling)
    return [
        all(verdicts(text, each["instruction_id_list"], each["kwargs"]))
        for each, text in zip(rows, texts, strict=True)
    ]


def told(found: Mapping[str, Outcomes]) -> dict[str, Any]:
    """Return each share with its interval, and against `before` how many were gained and lost."""
    before = found["before"]
    return {name: asdict(accuracy(each)) | changes(before, each) for name, each in found.items()}


def changes(before: Outcomes, after: Outcomes) -> dict[str, int]:
    pairs = list(zip(before, after, strict=True))
    return {"gained": pairs.count((False, True)), "lost": pairs.count((True, False))}


def say(arm: str, outcomes: Mapping[str, Mapping[str, Outcomes]]) -> None:
    for name, found in outcomes.items():
        print(f"{arm}: {name} {sum(found[arm])} of {len(found[arm])}", flush=True)


if __name__ == "__main__":
    main()
