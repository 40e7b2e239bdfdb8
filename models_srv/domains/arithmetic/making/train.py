"""Train the models: `python -m models_srv.domains.arithmetic.making.train base|all|STARTER`.

A base model first learns the arithmetic and to solve; each role starts from it, and the learner that
can revise from the learner. Needs no GPU.
"""

import argparse
import copy
import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from models_srv.domains.arithmetic.making.batches import Clock, batches
from models_srv.domains.arithmetic.making.faults import CATEGORIES
from models_srv.domains.arithmetic.making.losses import total_loss
from models_srv.domains.arithmetic.making.muon import make_muon
from models_srv.domains.arithmetic.making.tokenizer import LONGEST, build_tokenizer, load_tokenizer
from models_srv.domains.arithmetic.registry import STARTERS, WEIGHTS

if TYPE_CHECKING:
    import torch
    from transformers import LlamaForCausalLM, PreTrainedTokenizerFast

# With two cores.
MINUTES = {"base": 14.0, "learner": 4.0, "reviser": 20.0, "critic": 20.0, "attacker": 20.0}
# Muon's peak.
RATES = {"base": 0.02, "learner": 0.01, "reviser": 0.01, "critic": 0.012, "attacker": 0.015}
STARTS = {"reviser": "learner"}
WIDTH, LAYERS, HEADS, CRITIC_LAYERS = 160, 4, 5, 6
# The attacker's logits are scaled up when it is saved: temperature 1 then samples like 0.6 did.
SHARPNESS = {"attacker": 1 / 0.6}
LOG_EVERY, SAVE_EVERY = 20, 200


@dataclass(frozen=True)
class Plan:
    """How one stage is trained; `start` is the folder of the weights to begin from."""

    stage: str
    out: Path
    minutes: float
    start: Path | None = None
    tokens: int = 6000
    seed: int = 0
    threads: int = 2


def new_model(vocabulary: int) -> "LlamaForCausalLM":
    from transformers import LlamaConfig, LlamaForCausalLM

    config = LlamaConfig(
        vocab_size=vocabulary,
        hidden_size=WIDTH,
        intermediate_size=WIDTH * 3,
        num_hidden_layers=LAYERS,
        num_attention_heads=HEADS,
        max_position_embeddings=LONGEST,
        tie_word_embeddings=True,
        pad_token_id=0,
        bos_token_id=None,
        eos_token_id=3,
    )
    return LlamaForCausalLM(config)


def optimizers(
    model: "LlamaForCausalLM", head: "torch.nn.Module | None", rate: float
) -> "list[torch.optim.Optimizer]":
    """Muon for the hidden matrices, AdamW for embeddings and norms."""
    import torch

    named = list(model.named_parameters())
    matrices = [p for name, p in named if p.ndim == 2 and "embed" not in name]
    others = [p for name, p in named if p.ndim != 2 or "embed" in name]
    others += list(head.parameters()) if head is not None else []
    return [
        make_muon(matrices, rate),
        torch.optim.AdamW(others, lr=rate * 0.15, betas=(0.9, 0.98), weight_decay=0.0),
    ]


def rate_at(progress: float) -> float:
    """A short warm-up, flat, and a linear fall over the last 60 %."""
    return min(1.0, progress / 0.02, (1.02 - progress) / 0.6)


def deepen(model: "LlamaForCausalLM", layers: int) -> "LlamaForCausalLM":
    """Return the model with more layers on top, which change nothing before they are trained."""
    import torch

    config = copy.deepcopy(model.config)
    config.num_hidden_layers, config.layer_types = layers, None
    deeper = type(model)(config)
    deeper.load_state_dict(model.state_dict(), strict=False)
    with torch.no_grad():
        for layer in deeper.model.layers[model.config.num_hidden_layers :]:
            layer.self_attn.o_proj.weight.zero_()
            layer.mlp.down_proj.weight.zero_()
    return deeper


def train(plan: Plan) -> Path:
    """Train one stage for its minutes and save it as float16 with its log; return the folder."""
    import torch

    torch.set_num_threads(plan.threads)
    torch.manual_seed(plan.seed)
    tokenizer = load_tokenizer(plan.start) if plan.start else build_tokenizer()
    model = load_model(plan.start) if plan.start else new_model(len(tokenizer))
    head = None
    if plan.stage == "critic":  # a helper of training only: it is not saved
        model = deepen(model, CRITIC_LAYERS)
        head = torch.nn.Sequential(
            torch.nn.LayerNorm(WIDTH), torch.nn.Linear(WIDTH, 1 + len(CATEGORIES))
        )
    tools = optimizers(model, head, RATES[plan.stage])
    peaks = [tool.param_groups[0]["lr"] for tool in tools]
    plan.out.mkdir(parents=True, exist_ok=True)
    log = (plan.out / "training_log.jsonl").open("w")
    clock, began, seen, losses = Clock(), time.monotonic(), 0, list[float]()
    for step, batch in enumerate(batches(plan.stage, tokenizer, clock, plan.tokens, plan.seed)):
        clock.progress = (time.monotonic() - began) / (60 * plan.minutes)
        if clock.progress >= 1:
            break
        loss = total_loss(model, batch, head)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for tool, peak in zip(tools, peaks, strict=True):
            tool.param_groups[0]["lr"] = peak * rate_at(clock.progress)
            tool.step()
            tool.zero_grad(set_to_none=True)
        seen += batch.ids.numel()
        losses.append(loss.item())
        if step % LOG_EVERY == LOG_EVERY - 1:
            row: dict[str, float] = {"step": step + 1, "tokens": seen}
            row["seconds"] = round(time.monotonic() - began)
            row["loss"] = round(sum(losses) / len(losses), 4)
            print(json.dumps(row), file=log, flush=True)
            losses.clear()
        if step % SAVE_EVERY == SAVE_EVERY - 1:
            save(model, tokenizer, plan.out, SHARPNESS.get(plan.stage, 1.0))
    log.close()
    save(model, tokenizer, plan.out, SHARPNESS.get(plan.stage, 1.0))
    return plan.out


def load_model(folder: Path) -> "LlamaForCausalLM":
    import torch
    from transformers import LlamaForCausalLM

    return LlamaForCausalLM.from_pretrained(
        str(folder), trust_remote_code=False, dtype=torch.float32
    )


def save(
    model: "LlamaForCausalLM",
    tokenizer: "PreTrainedTokenizerFast",
    folder: Path,
    sharpness: float = 1.0,
) -> None:
    """Save a float16 copy; the final norm carries the factor of the logits."""
    saved = copy.deepcopy(model)
    saved.generation_config.pad_token_id, saved.generation_config.eos_token_id = 0, 3
    saved.model.norm.weight.data *= sharpness
    saved.half().save_pretrained(str(folder))  # type: ignore[no-untyped-call]
    tokenizer.save_pretrained(str(folder))


def _start(stage: str, out: Path) -> Path | None:
    return None if stage == "base" else out / STARTS.get(stage, "base")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("stage", choices=["base", *STARTERS, "all"])
    parser.add_argument("--minutes", type=float, help="wall time of each stage")
    parser.add_argument("--out", type=Path, default=WEIGHTS, help="the base goes to OUT/base")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--start", type=Path, help="weights to begin from (default: in OUT)")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    for stage in ["base", *STARTERS] if given.stage == "all" else [given.stage]:
        start = given.start or _start(stage, given.out)
        minutes, out = given.minutes or MINUTES[stage], given.out / stage
        print(train(Plan(stage, out, minutes, start, seed=given.seed, threads=given.threads)))


if __name__ == "__main__":
    main()
