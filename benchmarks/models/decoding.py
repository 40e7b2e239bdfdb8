"""Our decode loop against transformers' own: `generate`, and its continuous batching.

All three sample the same prompts with the same settings, on the starter learner and on a Llama of
some 30 M random weights, whose answers never end by themselves. `ours` gives what the product
needs besides the text (log-probabilities of what was drawn and of five alternatives, a random number
for each row and step); `generate` is asked for its scores, the others for log-probabilities, where
they have them. Prints one JSON object on its last line, in tokens per second of processor time, which
other work on the machine disturbs less than it does the clock.
"""

import argparse
import json
import statistics
import time
from typing import Any

from benchmarks.quiet import hush
from models_srv.domains.arithmetic.domain import ARITHMETIC
from models_srv.domains.arithmetic.registry import starter_spec

BATCH = 64


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--prompts", type=int, default=128)
    parser.add_argument("--samples", type=int, default=1, help="of each prompt")
    parser.add_argument("--tokens", type=int, default=96, help="at most, for each answer")
    parser.add_argument("--contenders", nargs="+", default=list(CONTENDERS), choices=CONTENDERS)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    hush()
    figures = {
        name: measured(backend, options)
        for name, backend in (("starter", starter()), ("llama_30m", llama(options)))
    }
    print(json.dumps(figures))


def starter() -> Any:
    from models_srv.backends.local import LocalBackend

    return LocalBackend(starter_spec("learner"))


def llama(options: argparse.Namespace) -> Any:
    """Return the starter's backend with other weights: 30 M random ones, and no end of turn."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    from models_srv.backends.batches import Batches
    from models_srv.backends.memory import token_budget

    backend = starter()
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=len(backend.tokenizer),
        hidden_size=512,
        intermediate_size=1536,
        num_hidden_layers=9,
        num_attention_heads=8,
        num_key_value_heads=4,
        eos_token_id=None,
        bos_token_id=None,
    )
    backend.model = LlamaForCausalLM(config).eval()
    backend._batches = Batches(token_budget(backend.model), "random")
    backend._stop_ids = [-1]
    return backend


def measured(backend: Any, options: argparse.Namespace) -> dict[str, float]:
    """Return the medians over rounds in which the contenders take turns."""
    prompts = prompt_ids(backend, options)
    speeds: dict[str, list[float]] = {name: [] for name in options.contenders}
    for _ in range(options.rounds):
        for name in speeds:
            started = time.process_time()
            written = CONTENDERS[name](backend, prompts, options.tokens)
            speeds[name].append(written / (time.process_time() - started))
    medians = {name: round(statistics.median(each), 1) for name, each in speeds.items()}
    others = [speed for name, speed in medians.items() if name != "ours"]
    if "ours" in medians and others:
        medians["ours_vs_best"] = round(medians["ours"] / max(others), 3)
    return medians


def prompt_ids(backend: Any, options: argparse.Namespace) -> list[list[int]]:
    from models_srv.roles.learner import build_answer_request

    queries = ARITHMETIC.queries("train", options.prompts, seed=1)
    asked = [backend._prompt_ids(build_answer_request(query=query.text)) for query in queries]
    return sorted((ids for ids in asked for _ in range(options.samples)), key=len)


def ours(backend: Any, prompts: list[list[int]], tokens: int) -> int:
    import torch

    from models_srv.types import Sampling

    sampling = Sampling(max_tokens=tokens)
    uniforms = torch.rand(len(prompts), tokens, generator=torch.Generator().manual_seed(0))
    lengths = {row: len(prompt) + tokens for row, prompt in enumerate(prompts)}
    rows = backend._batches.run(
        lengths,
        lambda batch: backend._decode_batch([prompts[i] for i in batch], uniforms[batch], sampling),
    )
    return sum(len(row.ids) for row in rows.values())


def generate(backend: Any, prompts: list[list[int]], tokens: int) -> int:
    import torch

    written = 0
    for start in range(0, len(prompts), BATCH):
        some = prompts[start : start + BATCH]
        longest = max(map(len, some))
        ids = torch.tensor([[0] * (longest - len(each)) + each for each in some])
        mask = torch.tensor([[0] * (longest - len(each)) + [1] * len(each) for each in some])
        with torch.inference_mode():
            out = backend.model.generate(
                input_ids=ids,
                attention_mask=mask,
                output_logits=True,
                return_dict_in_generate=True,
                **settings(backend, tokens),
            )
        logps = torch.stack(out.logits, dim=1).float().log_softmax(dim=-1)
        logps.topk(5, dim=-1)
        written += sum(lengths(out.sequences[:, longest:], backend))
    return written


def lengths(rows: Any, backend: Any) -> list[int]:
    """Return how many tokens each row has, the end of turn included."""
    found = []
    for row in rows.tolist():
        ends = [at for at, token in enumerate(row) if token in backend._stop_ids]
        found.append(ends[0] + 1 if ends else len(row))
    return found


def generate_batch(backend: Any, prompts: list[list[int]], tokens: int) -> int:
    from transformers import ContinuousBatchingConfig, GenerationConfig

    outputs = backend.model.generate_batch(
        inputs=prompts,
        generation_config=GenerationConfig(**settings(backend, tokens)),
        continuous_batching_config=ContinuousBatchingConfig(return_logprobs=True),
    )
    return sum(len(output.generated_tokens) for output in outputs.values())


def settings(backend: Any, tokens: int) -> dict[str, Any]:
    return {
        "do_sample": True,
        "top_k": 0,
        "max_new_tokens": tokens,
        "eos_token_id": list(backend._stop_ids),
        "pad_token_id": 0,
    }


CONTENDERS = {"ours": ours, "generate": generate, "generate_batch": generate_batch}

if __name__ == "__main__":
    main()
