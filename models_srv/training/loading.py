"""The models of a training run: the policy, and a reference where it cannot be its own."""

from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

from models_srv.chat.tokenizers import load_tokenizer, require_room
from models_srv.training.config import TrainingConfig
from models_srv.training.processes import is_sharded
from models_srv.types import ModelMisconfigured
from models_srv.weights import load_weights


def load_models(config: TrainingConfig) -> tuple[Any, Any, Any]:
    """Return the tokenizer, the policy (the parent version, trainable) and a reference model.

    The reference is None where the policy itself can stand for it: as it is before the first step,
    or with its adapter switched off. Raises ModelMisconfigured.
    """
    for folder in (config.base_model, config.adapter):
        if folder.startswith(("/", ".", "~")) and not Path(folder).is_dir():
            raise ModelMisconfigured(f"There is no model folder at {folder}.")
    tokenizer = load_tokenizer(config.base_model, config.adapter)
    if tokenizer.eos_token_id is None:
        raise ModelMisconfigured(f"The tokenizer of {config.base_model} has no end-of-turn token.")
    model, ref_model = _base(config), None
    require_room(tokenizer, model)
    if config.adapter:
        from peft import PeftModel

        model = PeftModel.from_pretrained(model, config.adapter, is_trainable=True)
        if config.method == "full":
            model = model.merge_and_unload().requires_grad_(True)
            ref_model = _base(config) if config.reference == "base" else None
    if config.method == "full" and is_sharded() and ref_model is None:
        # TRL would load one by the name of the base, which an adapter that was merged is not.
        ref_model = deepcopy(model)
    return tokenizer, model, ref_model


def _base(config: TrainingConfig) -> Any:
    import torch

    return load_weights(config.base_model, dtype=getattr(torch, precision(config)))


def precision(config: TrainingConfig) -> str:
    """Return the type of the base's numbers.

    Full training keeps float32 masters: bfloat16 loses steps of a small rate. So does an adapter on a
    processor that has to emulate bfloat16, which takes several times as long.
    """
    if config.dtype != "auto":
        return config.dtype
    return "bfloat16" if config.method == "lora" and _is_quick_in_bfloat16() else "float32"


def _is_quick_in_bfloat16() -> bool:
    import torch

    if torch.cuda.is_available():
        return True
    able: Mapping[str, Any] = torch.cpu.get_capabilities()
    return bool(able.get("avx512_bf16") or able.get("amx_bf16"))
