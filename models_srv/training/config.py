"""What a training run is asked to do. No heavy import: the web process builds and checks it."""

from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Literal, get_args

from models_srv.artifacts import read_json, write_json
from models_srv.types import ModelMisconfigured

Method = Literal["lora", "full"]
LossName = Literal["sft", "dpo", "dpo_sft", "dpop", "ipo"]
Reference = Literal["base", "parent"]

CONFIG_FILE = "config.json"
PAIRS_FILE = "pairs.jsonl"


@dataclass(frozen=True)
class TrainingConfig:
    """One preference-training run.

    `base_model` is a folder or hub id; `adapter` is the parent version's LoRA folder, "" where the
    parent is the base itself. `reference` "parent" is the policy before its first step, "base" is
    the base model without any adapter; without an adapter they are the same. `method` "lora" with
    an adapter goes on training that adapter (its own rank holds, not `lora_r`); "full" merges it
    first. `max_steps` 0 means as many as `epochs` need. Pairs longer than `max_length` tokens are
    left out and counted, never cut.
    """

    base_model: str
    adapter: str = ""
    method: Method = "lora"
    loss: LossName = "dpo"
    reference: Reference = "parent"
    beta: float = 0.1
    learning_rate: float = 1e-4
    epochs: float = 1.0
    batch_size: int = 8
    gradient_accumulation: int = 1
    max_length: int = 1024
    max_steps: int = 0
    seed: int = 0
    lora_r: int = 16
    lora_alpha: int = 32
    sft_weight: float = 1.0
    dpop_lambda: float = 5.0
    threads: int = 1

    def __post_init__(self) -> None:
        """Raise ModelMisconfigured with one line that names the setting."""
        for name, choices in _CHOICES.items():
            if getattr(self, name) not in choices:
                raise ModelMisconfigured(
                    f"{name} is {getattr(self, name)!r}: use one of {', '.join(choices)}."
                )
        for name in _POSITIVE:
            if not getattr(self, name) > 0:
                raise ModelMisconfigured(f"{name} must be above 0, not {getattr(self, name)}.")
        for name in ("sft_weight", "dpop_lambda", "max_steps"):
            if not getattr(self, name) >= 0:
                raise ModelMisconfigured(f"{name} must not be below 0.")
        if not self.base_model:
            raise ModelMisconfigured("base_model is empty: name a model folder.")


_CHOICES = {
    "method": get_args(Method),
    "loss": get_args(LossName),
    "reference": get_args(Reference),
}
_POSITIVE = (
    *("beta", "learning_rate", "epochs", "batch_size", "gradient_accumulation", "max_length"),
    *("lora_r", "lora_alpha", "threads"),
)


def write_config(run_dir: Path, config: TrainingConfig) -> None:
    """Write the run's config.json."""
    write_json(run_dir / CONFIG_FILE, asdict(config))


def read_config(run_dir: Path) -> TrainingConfig:
    """Read and check config.json, or raise ModelMisconfigured."""
    values: dict[str, Any] | None = read_json(run_dir / CONFIG_FILE)
    if values is None:
        raise ModelMisconfigured(f"There is no {CONFIG_FILE} in {run_dir}.")
    unknown = values.keys() - {field.name for field in fields(TrainingConfig)}
    if unknown:
        raise ModelMisconfigured(f"{CONFIG_FILE} has unknown settings: {', '.join(unknown)}.")
    try:
        return TrainingConfig(**values)
    except TypeError as error:
        raise ModelMisconfigured(f"{CONFIG_FILE} does not fit: {error}") from error
