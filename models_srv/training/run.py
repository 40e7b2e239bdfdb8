"""One training run from top to bottom: read, load, train, save. Runs in the training process."""

import shutil
import time
from pathlib import Path
from typing import Any

from models_srv.artifacts import folder_sha256, publish_folder
from models_srv.dpo import LossSettings
from models_srv.training.config import PAIRS_FILE, TrainingConfig
from models_srv.training.loading import load_models
from models_srv.training.process import METRICS_FILE
from models_srv.training.rows import TokenizedPairs, read_pairs, tokenize_pairs
from models_srv.training.trainer import metrics_writer, pair_collator, preference_trainer
from models_srv.types import ModelMisconfigured

MODEL_FOLDER = "model"


def train(run_dir: Path, config: TrainingConfig) -> dict[str, Any]:
    """Train, save the model under `run_dir`/model, and return what result.json says of it."""
    started = time.monotonic()
    pairs = read_pairs(run_dir / PAIRS_FILE)
    import torch
    from datasets import Dataset

    torch.set_num_threads(config.threads)
    tokenizer, model, ref_model = load_models(config)
    tokenized = _tokenize(pairs, tokenizer, model, config)
    trainer = _trainer(
        run_dir, config, tokenizer, model, ref_model, Dataset.from_list(tokenized.rows)
    )
    trainer.add_callback(metrics_writer(run_dir / METRICS_FILE))
    state = trainer.train()
    folder = _save(trainer.model, tokenizer, run_dir, config)
    return {
        "state": "succeeded",
        "model_path": str(folder),
        "sha256": folder_sha256(folder),
        "method": config.method,
        "reference": config.reference,
        "reference_model": _reference_name(config),
        "steps": state.global_step,
        "train_pairs": len(tokenized.rows),
        "dropped_pairs": tokenized.dropped.total(),
        "dropped_reasons": dict(tokenized.dropped),
        "final": _final(trainer.state.log_history),
        "seconds": round(time.monotonic() - started, 2),
    }


def _tokenize(
    pairs: list[dict[str, Any]], tokenizer: Any, model: Any, config: TrainingConfig
) -> TokenizedPairs:
    stops = model.generation_config.eos_token_id
    stop_ids = {*(stops if isinstance(stops, list) else [stops]), tokenizer.eos_token_id} - {None}
    limit = getattr(model.config.get_text_config(), "max_position_embeddings", None)
    max_length = min(config.max_length, limit or config.max_length)
    tokenized = tokenize_pairs(pairs, tokenizer, stop_ids, max_length)
    if not tokenized.rows:
        raise ModelMisconfigured(
            f"None of the {len(pairs)} pairs can be trained on: {dict(tokenized.dropped)} "
            f"(max_length {max_length})."
        )
    return tokenized


def _trainer(
    run_dir: Path, config: TrainingConfig, tokenizer: Any, model: Any, ref_model: Any, rows: Any
) -> Any:
    import torch
    from peft import LoraConfig
    from trl.trainer.dpo_config import DPOConfig

    is_gpu = torch.cuda.is_available()
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    is_new_adapter = config.method == "lora" and not config.adapter
    lora = LoraConfig(
        r=config.lora_r,
        lora_alpha=config.lora_alpha,
        target_modules="all-linear",
        task_type="CAUSAL_LM",
    )
    return preference_trainer()(
        model=model,
        ref_model=ref_model,
        args=DPOConfig(
            output_dir=str(run_dir / "trainer"),
            beta=config.beta,
            learning_rate=config.learning_rate,
            num_train_epochs=config.epochs,
            max_steps=config.max_steps or -1,
            per_device_train_batch_size=config.batch_size,
            gradient_accumulation_steps=config.gradient_accumulation,
            seed=config.seed,
            max_length=None,
            precompute_ref_log_probs=True,
            bf16=is_gpu,
            use_cpu=not is_gpu,
            activation_checkpointing=is_gpu,
            dataloader_pin_memory=is_gpu,
            logging_steps=1,
            save_strategy="no",
            report_to="none",
            disable_tqdm=True,
        ),
        data_collator=pair_collator(tokenizer.pad_token_id),
        train_dataset=rows,
        processing_class=tokenizer,
        peft_config=lora if is_new_adapter else None,
        loss=config.loss,
        settings=LossSettings(config.beta, config.sft_weight, config.dpop_lambda),
        reference=config.reference,
    )


def _save(model: Any, tokenizer: Any, run_dir: Path, config: TrainingConfig) -> Path:
    part, final = run_dir / f"{MODEL_FOLDER}.part", run_dir / MODEL_FOLDER
    for leftover in (part, final):  # of a run that was lost and started again
        shutil.rmtree(leftover, ignore_errors=True)
    if config.method == "lora":
        # Asking the hub whether the base's vocabulary has changed would need a network.
        model.save_pretrained(part, selected_adapters=["default"], save_embedding_layers=False)
    else:
        model.save_pretrained(part)
        tokenizer.save_pretrained(part)
    publish_folder(part, final)
    return final


def _reference_name(config: TrainingConfig) -> str:
    return config.adapter if config.reference == "parent" and config.adapter else config.base_model


def _final(history: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the last step's figures."""
    return next((row for row in reversed(history) if "loss" in row), {})
