"""From trained weights to an answer that is proven to be theirs, on a server that runs meanwhile."""

import json
import time
from pathlib import Path
from typing import Any

from benchmarks.serving.engine import KEY_ENV
from models_srv.backends.openai_compatible import OpenAIBackend
from models_srv.domains.arithmetic.registry import starter_spec
from models_srv.serving.adapters import ServerKeys
from models_srv.serving.canary import canary_of
from models_srv.serving.delivering import Place, deliver, unload
from models_srv.training import TrainingConfig, write_config
from models_srv.types import Message, ModelSpec, Sampling

KEYS = ServerKeys(KEY_ENV)
QUESTION = [[Message("user", "What is 2 + 3?")]]


def small_update(folder: Path) -> dict[str, Any]:
    """Train a small DPO update of the starter learner; return what the training process says of it:
    where its adapter is, and the log-probabilities that prove it."""
    from models_srv.training.run import train

    config = TrainingConfig(
        base_model=starter_spec("learner").location,
        loss="dpo",
        learning_rate=1e-3,
        epochs=2,
        batch_size=4,
        lora_r=8,
    )
    folder.mkdir(parents=True, exist_ok=True)
    write_config(folder, config)
    pairs = (json.dumps(_pair(n)) + "\n" for n in range(10, 26))
    (folder / "pairs.jsonl").write_text("".join(pairs))
    return train(folder, config)


def _pair(n: int) -> dict[str, Any]:
    return {
        "prompt": _chat("user", f"Tom has {n} apples and buys 4 more. How many has he?"),
        "chosen": _chat("assistant", f"{n} + 4 = {n + 4}\n#### {n + 4}"),
        "rejected": _chat("assistant", f"{n} - 4 = {n - 4}\n#### {n}"),
    }


def _chat(role: str, content: str) -> list[dict[str, str]]:
    return [{"role": role, "content": content}]


def proven_after(url: str, name: str, update: dict[str, Any]) -> float:
    """Load the update on the server at `url` under `name`, prove it, have it answer once, and take it
    off again; return the seconds to that answer. SystemExit where it is not proven."""
    place = Place([url], name, update["model_path"], KEYS)
    began = time.perf_counter()
    proof = deliver(place, canary_of(update["canary"]))[url]
    if not proof.is_proven:
        raise SystemExit(f"not proven: {proof.reason}")
    backend = OpenAIBackend(ModelSpec("openai", url, name=name, api_key_env=KEY_ENV))
    backend.generate(QUESTION, Sampling(temperature=0, max_tokens=20))
    seconds = time.perf_counter() - began
    unload(place)
    return seconds
