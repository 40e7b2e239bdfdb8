"""What a training run is asked to do. No heavy import: the web process builds and checks it."""

from collections.abc import Collection
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Literal, get_args

from models_srv.artifacts import read_json, write_json
from models_srv.dpo import CREDITED, LIKELY, SMOOTHED
from models_srv.dpo.credit import Credit
from models_srv.types import ModelMisconfigured

Method = Literal["lora", "full"]
LossName = Literal[
    "sft",
    "dpo",
    "dpo_sft",
    "dpop",
    "ipo",
    "cdpo",
    "robust",
    "orpo",
    "apo_zero",
    "apo_down",
    "kto",
]
Reference = Literal["base", "parent"]
Dtype = Literal["auto", "float32", "bfloat16"]

ALL_LINEAR = "all-linear"
CONFIG_FILE = "config.json"
PAIRS_FILE = "pairs.jsonl"
VALIDATION_FILE = "validation.jsonl"
SCORED_FILE = "scored.jsonl"


@dataclass(frozen=True)
class TrainingConfig:
    """One preference-training run.

    `base_model` is a folder or hub id; `adapter` is the parent version's LoRA folder, "" where the
    parent is the base itself. `reference` "parent" is the policy before its first step, "base" is
    the base model without any adapter; without an adapter they are the same. `method` "lora" with
    an adapter goes on training that adapter (its own rank holds, not `lora_r`); "full" merges it
    first. `batch_size` counts the pairs of all processes together, however many train. `max_steps`
    0 means as many as `epochs` need. Pairs longer than `max_length` tokens are left out and counted,
    never cut. `lora_targets` are names of modules, separated by spaces, or "all-linear". `dtype`
    "auto" is bfloat16 for an adapter on a GPU or a processor with AVX-512 BF16 or AMX, else float32.

    `chat_template_kwargs` (a JSON object) and `merge_system` are the learner's own settings, by
    which it is asked: it is trained on the prompts that it is given.

    `nll_weight` adds the chosen answers' likelihood to the loss; `shared_weight`,
    `quote_weight` and `later_weight` are the credit of tokens (`models_srv.dpo.credit`).

    Where the run's folder holds a validation.jsonl, its margin is measured every `eval_steps`
    steps; with `patience` above 0 the run ends once it has not risen that many times in a row, and
    the best weights are kept. Where it holds a scored.jsonl (pairs again), the run gives no model:
    its result has their reward margins, log π(chosen) − log π(rejected) in nats, null where a pair
    does not fit. `cache_dir`, if any, keeps reference log-probabilities across runs.
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
    lora_targets: str = ALL_LINEAR
    dtype: Dtype = "auto"
    chat_template_kwargs: str = "{}"
    merge_system: bool = False
    sft_weight: float = 1.0
    dpop_lambda: float = 5.0
    label_smoothing: float = 0.0
    desirable_weight: float = 1.0
    undesirable_weight: float = 1.0
    nll_weight: float = 0.0
    shared_weight: float = 1.0
    quote_weight: float = 1.0
    later_weight: float = 1.0
    eval_steps: int = 10
    patience: int = 0
    cache_dir: str = ""
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
        for name in _NOT_NEGATIVE:
            if not getattr(self, name) >= 0:
                raise ModelMisconfigured(f"{name} must not be below 0.")
        if not 0 <= self.label_smoothing < 0.5:
            raise ModelMisconfigured("label_smoothing must be at least 0 and below 0.5.")
        if self.label_smoothing and self.loss not in SMOOTHED:
            raise ModelMisconfigured(
                f"label_smoothing is not read by {self.loss}: {_use(SMOOTHED)}."
            )
        if self.nll_weight and self.loss not in LIKELY:
            raise ModelMisconfigured(f"nll_weight is not read by {self.loss}: {_use(LIKELY)}.")
        if not self.credit.is_even and self.loss not in CREDITED:
            raise ModelMisconfigured(
                f"Credit (shared_, quote_, later_weight) is not read by {self.loss}: {_use(CREDITED)}."
            )
        if not self.lora_targets.split():
            raise ModelMisconfigured(f"lora_targets is empty: name modules, or use {ALL_LINEAR}.")
        if not self.base_model:
            raise ModelMisconfigured("base_model is empty: name a model folder.")

    @property
    def credit(self) -> Credit:
        return Credit(self.shared_weight, self.quote_weight, self.later_weight)


def _use(losses: Collection[str]) -> str:
    return f"use {', '.join(sorted(losses))}"


_CHOICES = {
    "method": get_args(Method),
    "loss": get_args(LossName),
    "reference": get_args(Reference),
    "dtype": get_args(Dtype),
}
_POSITIVE = (
    *("beta", "learning_rate", "epochs", "batch_size", "gradient_accumulation", "max_length"),
    *("lora_r", "lora_alpha", "threads", "eval_steps", "desirable_weight", "undesirable_weight"),
    "quote_weight",
)
_NOT_NEGATIVE = (
    "sft_weight",
    "dpop_lambda",
    "max_steps",
    "patience",
    "nll_weight",
    "shared_weight",
    "later_weight",
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
