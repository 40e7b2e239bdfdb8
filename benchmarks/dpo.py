"""Our trainer against TRL's own on the same pairs: `python -m benchmarks.dpo`.

Time per step: short runs of the two take turns in one process, on the starter learner, where what
is done per pair weighs most. Peak memory: a process each, on a model whose logits are large. Prints
progress and one JSON object at the end.
"""

import argparse
import contextlib
import io
import itertools
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.pair_sets import sample_answers
from benchmarks.quiet import hush, threads
from models_srv.domains.arithmetic.problems import draw_queries
from models_srv.domains.arithmetic.registry import starter_spec

SIDES = ("ours", "stock")
BATCH, STEPS, PAIRS = 16, 15, 240
# A model for the memory: 256 wide, 4 layers, 16,000 words; answers of 200 tokens in batches of 8.
VOCABULARY, LONG, LARGE_BATCH, LARGE_STEPS = 16_000, 200, 8, 4
Rows = list[dict[str, Any]]


def starter_rows() -> Rows:
    """Return tokenised pairs of the starter learner's answers; which is chosen does not matter."""
    from transformers import AutoTokenizer

    from models_srv.training.rows import tokenize_pairs

    queries = [query.text for query in draw_queries("train", 2 * PAIRS, seed=21)]
    pairs = [
        {
            "prompt": [{"role": "user", "content": query}],
            "chosen": [{"role": "assistant", "content": chosen}],
            "rejected": [{"role": "assistant", "content": rejected}],
            "p_w": 1.0,
            "p_l": 0.0,
            "weight": 1.0,
        }
        for query, (chosen, rejected) in zip(queries, sample_answers(queries, 2, 21), strict=True)
    ]
    tokenizer = AutoTokenizer.from_pretrained(starter_spec("learner").location)
    return tokenize_pairs(pairs, tokenizer, {tokenizer.eos_token_id}, 1024).rows[:PAIRS]


def long_rows() -> Rows:
    ids = list(range(10, 10 + LONG))
    answers = {"prompt_ids": ids[:50], "chosen_ids": ids, "rejected_ids": ids[::-1]}
    numbers = {"p_w": 1.0, "p_l": 0.0, "weight": 1.0, "length": 50 + LONG}
    return [answers | numbers for _ in range(LARGE_BATCH * LARGE_STEPS)]


def large_model() -> Any:
    from transformers import LlamaConfig, LlamaForCausalLM

    return LlamaForCausalLM(
        LlamaConfig(
            vocab_size=VOCABULARY,
            hidden_size=256,
            intermediate_size=512,
            num_hidden_layers=4,
            num_attention_heads=4,
        )
    )


def build_trainer(side: str, model: Any, rows: Rows, folder: str, batch: int, steps: int) -> Any:
    """Return a trainer of the side, both with the same settings and the same order of batches."""
    from datasets import Dataset
    from transformers import AutoTokenizer
    from transformers.trainer_pt_utils import LengthGroupedSampler
    from trl.trainer.dpo_config import DPOConfig
    from trl.trainer.dpo_trainer import DPOTrainer

    from models_srv.dpo import LossSettings
    from models_srv.training.collator import pair_collator
    from models_srv.training.reference import ReferenceCache
    from models_srv.training.trainer import preference_trainer

    tokenizer = AutoTokenizer.from_pretrained(starter_spec("learner").location)
    lengths = [row["length"] for row in rows]
    ours = {
        "data_collator": pair_collator(tokenizer.pad_token_id),
        "loss": "dpo",
        "settings": LossSettings(),
        "reference": "parent",
        "cache": ReferenceCache(None, ""),
    }
    parent = preference_trainer() if side == "ours" else DPOTrainer

    class SameOrder(parent):  # type: ignore[misc, valid-type]
        def _prepare_dataset(self, dataset: Any, *args: Any, **kwargs: Any) -> Any:
            return dataset

        def _get_train_sampler(self, *args: Any) -> Any:
            return LengthGroupedSampler(batch, lengths=lengths)

    return SameOrder(
        model=model,
        args=DPOConfig(
            output_dir=folder,
            beta=0.1,
            learning_rate=1e-5,
            max_steps=steps,
            per_device_train_batch_size=batch,
            max_length=None,
            precompute_ref_log_probs=True,
            bf16=False,
            use_cpu=True,
            activation_checkpointing=False,
            logging_steps=1,
            save_strategy="no",
            report_to="none",
            disable_tqdm=True,
        ),
        train_dataset=Dataset.from_list(rows),
        processing_class=tokenizer,
        **(ours if side == "ours" else {}),
    )


def step_seconds(side: str, rows: Rows) -> tuple[list[float], list[float]]:
    """Return the wall and processor seconds of each step of one short run, the first left out."""
    from transformers import AutoModelForCausalLM, TrainerCallback, set_seed

    ends: list[tuple[float, float]] = []

    class Clock(TrainerCallback):
        def on_step_end(self, *args: Any, **kwargs: Any) -> None:
            ends.append((time.perf_counter(), time.process_time()))

    model = AutoModelForCausalLM.from_pretrained(starter_spec("learner").location, dtype="float32")
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
        trainer = build_trainer(side, model, rows, folder, BATCH, STEPS)
        trainer.add_callback(Clock())
        set_seed(0)
        trainer.train()
    wall, cpu = zip(*ends, strict=True)
    return _differences(wall), _differences(cpu)


def _differences(times: Sequence[float]) -> list[float]:
    return [after - before for before, after in itertools.pairwise(times)]


def peak_growth(side: str) -> None:
    """Print by how many MiB the process grew at its peak while it built and ran a trainer."""
    hush()
    rows, model = long_rows(), large_model()
    before = _peak_mib()
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
        build_trainer(side, model, rows, folder, LARGE_BATCH, LARGE_STEPS).train()
    print(round(_peak_mib() - before, 1))


def _peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure_peaks(repeats: int) -> dict[str, float]:
    found: dict[str, list[float]] = {side: [] for side in SIDES}
    for _ in range(repeats):
        for side in SIDES:
            command = [sys.executable, "-m", "benchmarks.dpo", "--peak", side]
            root = Path(__file__).resolve().parents[1]
            output = subprocess.run(command, capture_output=True, text=True, check=True, cwd=root)
            found[side].append(float(output.stdout.splitlines()[-1]))
            print(f"peak memory {side}: {found[side][-1]} MiB", flush=True)
    return {side: median(values) for side, values in found.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=6, help="short runs of each side")
    parser.add_argument("--peak", choices=SIDES, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.peak:
        peak_growth(given.peak)
        return
    hush()
    rows = starter_rows()
    wall: dict[str, list[float]] = {side: [] for side in SIDES}
    cpu: dict[str, list[float]] = {side: [] for side in SIDES}
    for number in range(given.rounds):
        for side in SIDES if number % 2 else SIDES[::-1]:
            seconds, busy = step_seconds(side, rows)
            wall[side] += seconds
            cpu[side] += busy
            print(f"round {number + 1} {side}: {median(seconds):.3f} s a step", flush=True)
    peaks = measure_peaks(repeats=3)
    figures = {
        "steps": len(wall["ours"]),
        "threads": threads(),
        "step_seconds": {side: round(median(wall[side]), 4) for side in SIDES},
        "step_processor_seconds": {side: round(median(cpu[side]), 4) for side in SIDES},
        "time_ratio": round(median(wall["ours"]) / median(wall["stock"]), 3),
        "processor_ratio": round(median(cpu["ours"]) / median(cpu["stock"]), 3),
        "peak_mib": peaks,
        "memory_ratio": round(peaks["ours"] / peaks["stock"], 3),
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
