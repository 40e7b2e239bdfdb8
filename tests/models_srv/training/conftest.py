"""Small preference data, and one run of the real training code in this process."""

import json
from pathlib import Path

import pytest

from models_srv.training import TrainingConfig, write_config

QUICK = {"epochs": 3, "batch_size": 4, "learning_rate": 3e-3, "max_length": 128}


def chat(role, content):
    return [{"role": role, "content": content}]


def make_pairs(count=12, **numbers):
    return [
        {
            "prompt": chat("user", f"Tom has {n} apples and buys 4 more."),
            "chosen": chat("assistant", f"{n} + 4 = {n + 4}"),
            "rejected": chat("assistant", f"The answer is {n} apples."),
            "preference_id": n,
            "source": {"kind": "human"},
            **numbers,
        }
        for n in range(count)
    ]


def write_run(run_dir: Path, config: TrainingConfig, pairs) -> Path:
    run_dir.mkdir(parents=True, exist_ok=True)
    write_config(run_dir, config)
    lines = [json.dumps(pair) + "\n" for pair in pairs]
    (run_dir / "pairs.jsonl").write_text("".join(lines))
    return run_dir


def metrics(run_dir: Path):
    return [json.loads(line) for line in (run_dir / "metrics.jsonl").read_text().splitlines()]


def weights(folder: Path):
    from safetensors.torch import load_file

    [path] = folder.glob("*.safetensors")
    return load_file(path)


@pytest.fixture
def train_run(tmp_path, tiny_model):
    """Call it with config settings (and `pairs`): it trains and returns (run_dir, result)."""
    count = 0

    def run(pairs=None, **settings):
        nonlocal count
        count += 1
        from models_srv.training.run import train

        config = TrainingConfig(**{"base_model": str(tiny_model), **QUICK, **settings})
        run_dir = write_run(tmp_path / f"run{count}", config, pairs or make_pairs())
        return run_dir, train(run_dir, config)

    return run
