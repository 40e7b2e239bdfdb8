"""What watches a run while it trains."""

import json
import math
import time
from pathlib import Path
from typing import Any

from models_srv.training.config import TrainingConfig
from models_srv.training.processes import own_batch_size
from models_srv.types import ModelMisconfigured

MARGIN = "eval_rewards/margins"


class MetricsWriter:
    """For a TrainerCallback: appends the figures of steps and of validations to a JSONL file.

    A row of a step has `loss`, a row of a validation `eval_loss`. A run that has diverged is stopped.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.started = time.monotonic()

    def on_log(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        logs: dict[str, Any] = kwargs["logs"]
        loss = logs.get("loss", logs.get("eval_loss"))
        if loss is None:
            return
        seconds = round(time.monotonic() - self.started, 3)
        row = {"step": state.global_step, **logs, "seconds": seconds}
        if state.is_world_process_zero:
            with self.path.open("a", encoding="utf-8") as stream:
                stream.write(json.dumps(row) + "\n")
        if not math.isfinite(loss):
            raise ModelMisconfigured(
                f"The loss became {loss} at step {state.global_step}: try a lower learning_rate."
            )


def metrics_writer(path: Path) -> Any:
    """Return a transformers callback with MetricsWriter."""
    from transformers import TrainerCallback

    return type("MetricsCallback", (MetricsWriter, TrainerCallback), {})(path)


def early_stopping(config: TrainingConfig) -> Any:
    """Return a callback that ends the run once the held-out margin has stopped rising."""
    from transformers import EarlyStoppingCallback

    return EarlyStoppingCallback(early_stopping_patience=config.patience)


def validation_arguments(config: TrainingConfig, *, has_validation: bool) -> dict[str, Any]:
    """Return the trainer's arguments for measuring, and for keeping the best weights."""
    if not has_validation:
        return {"save_strategy": "no"}
    measuring = {
        "eval_strategy": "steps",
        "eval_steps": config.eval_steps,
        "per_device_eval_batch_size": own_batch_size(config),
    }
    if not config.patience:
        return {**measuring, "save_strategy": "no"}
    return {
        **measuring,
        "save_strategy": "steps",
        "save_steps": config.eval_steps,
        "save_only_model": True,
        "save_total_limit": 1,
        "load_best_model_at_end": True,
        "metric_for_best_model": MARGIN,
        "greater_is_better": True,
    }
