"""One training run from top to bottom: read, load, train, save. Runs in the training process."""

import shutil
import time
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

from models_srv.artifacts import folder_sha256, publish_folder
from models_srv.dpo import UNPAIRED, LossSettings
from models_srv.dpo.edit_distance import edit_distance_warning, edit_distances
from models_srv.training.callbacks import early_stopping, metrics_writer, validation_arguments
from models_srv.training.collator import pair_collator
from models_srv.training.config import PAIRS_FILE, VALIDATION_FILE, TrainingConfig
from models_srv.training.loading import load_models
from models_srv.training.process import METRICS_FILE
from models_srv.training.reference import reference_cache
from models_srv.training.rows import (
    Row,
    TokenizedPairs,
    add_mismatched_answers,
    read_pairs,
    tokenize_pairs,
)
from models_srv.training.trainer import preference_trainer
from models_srv.types import ModelMisconfigured

MODEL_FOLDER = "model"
CHECKPOINTS_FOLDER = "trainer"


def train(run_dir: Path, config: TrainingConfig) -> dict[str, Any]:
    """Train, save the model under `run_dir`/model, and return what result.json says of it."""
    started = time.monotonic()
    pairs = read_pairs(run_dir / PAIRS_FILE)
    validation = _read_validation(run_dir, config)
    import torch
    from transformers import set_seed

    torch.set_num_threads(config.threads)
    tokenizer, model, ref_model = load_models(config)
    tokenized = _tokenize(pairs, tokenizer, model, config)
    held_out = _tokenize(validation, tokenizer, model, config) if validation else None
    trainer = _trainer(run_dir, config, tokenizer, (model, ref_model), tokenized, held_out)
    trainer.add_callback(metrics_writer(run_dir / METRICS_FILE))
    if config.patience:
        trainer.add_callback(early_stopping(config))
    # Again, so that known reference log-probabilities leave the order of the batches as it was.
    set_seed(config.seed)
    state = trainer.train()
    folder = _save(trainer.model, tokenizer, run_dir, config)
    distances = edit_distances(_texts(pairs))
    warning = edit_distance_warning(distances, config.loss)
    return {
        "state": "succeeded",
        "model_path": str(folder),
        "sha256": folder_sha256(folder),
        "method": config.method,
        "reference": config.reference,
        "reference_model": _reference_name(config),
        "steps": state.global_step,
        "best_step": trainer.state.best_global_step,
        "train_pairs": len(tokenized.rows),
        "validation_pairs": len(held_out.rows) if held_out else 0,
        "dropped_pairs": tokenized.dropped.total(),
        "dropped_reasons": dict(tokenized.dropped),
        "edit_distance": distances.median,
        "warnings": [warning] if warning else [],
        "final": _final(trainer.state.log_history, "loss"),
        "validation": _final(trainer.state.log_history, "eval_loss"),
        "seconds": round(time.monotonic() - started, 2),
    }


def _read_validation(run_dir: Path, config: TrainingConfig) -> list[Row]:
    path = run_dir / VALIDATION_FILE
    if path.is_file() and path.stat().st_size:
        return read_pairs(path)
    if config.patience:
        raise ModelMisconfigured(f"patience asks for pairs in {VALIDATION_FILE} to measure on.")
    return []


def _tokenize(
    pairs: list[Row], tokenizer: Any, model: Any, config: TrainingConfig
) -> TokenizedPairs:
    stops = model.generation_config.eos_token_id
    stop_ids = {*(stops if isinstance(stops, list) else [stops]), tokenizer.eos_token_id} - {None}
    limit = getattr(model.config.get_text_config(), "max_position_embeddings", None)
    max_length = min(config.max_length, limit or config.max_length)
    is_unpaired = config.loss in UNPAIRED
    tokenized = tokenize_pairs(pairs, tokenizer, stop_ids, max_length, with_unpaired=is_unpaired)
    if not tokenized.rows:
        raise ModelMisconfigured(
            f"None of the {len(pairs)} pairs can be trained on: {dict(tokenized.dropped)} "
            f"(max_length {max_length})."
        )
    if is_unpaired:
        add_mismatched_answers(tokenized.rows, max_length)
    return tokenized


def _trainer(
    run_dir: Path,
    config: TrainingConfig,
    tokenizer: Any,
    models: tuple[Any, Any],
    tokenized: TokenizedPairs,
    held_out: TokenizedPairs | None,
) -> Any:
    import torch
    from datasets import Dataset
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
    model, ref_model = models
    return preference_trainer()(
        model=model,
        ref_model=ref_model,
        args=DPOConfig(
            output_dir=str(run_dir / CHECKPOINTS_FOLDER),
            beta=config.beta,
            learning_rate=config.learning_rate,
            num_train_epochs=config.epochs,
            max_steps=config.max_steps or -1,
            per_device_train_batch_size=config.batch_size,
            gradient_accumulation_steps=config.gradient_accumulation,
            train_sampling_strategy="group_by_length",
            seed=config.seed,
            max_length=None,
            precompute_ref_log_probs=True,
            bf16=is_gpu,
            use_cpu=not is_gpu,
            activation_checkpointing=is_gpu,
            dataloader_pin_memory=is_gpu,
            logging_steps=1,
            report_to="none",
            disable_tqdm=True,
            **validation_arguments(config, has_validation=held_out is not None),
        ),
        data_collator=pair_collator(tokenizer.pad_token_id),
        train_dataset=Dataset.from_list(tokenized.rows),
        eval_dataset=Dataset.from_list(held_out.rows) if held_out else None,
        processing_class=tokenizer,
        peft_config=lora if is_new_adapter else None,
        loss=config.loss,
        settings=_loss_settings(config),
        reference=config.reference,
        cache=reference_cache(config, model),
    )


def _loss_settings(config: TrainingConfig) -> LossSettings:
    return LossSettings(
        **{field.name: getattr(config, field.name) for field in fields(LossSettings)}
    )


def _texts(pairs: list[Row]) -> Iterator[tuple[str, str]]:
    """Yield the texts of the pairs that have both sides."""
    for pair in pairs:
        if pair["chosen"] is not None and pair["rejected"] is not None:
            yield _text(pair["chosen"]), _text(pair["rejected"])


def _text(answer: str | list[dict[str, str]]) -> str:
    return answer if isinstance(answer, str) else "\n".join(turn["content"] for turn in answer)


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
    shutil.rmtree(run_dir / CHECKPOINTS_FOLDER, ignore_errors=True)
    return final


def _reference_name(config: TrainingConfig) -> str:
    return config.adapter if config.reference == "parent" and config.adapter else config.base_model


def _final(history: list[dict[str, Any]], key: str) -> dict[str, Any]:
    """Return the last figures that have `key`: of steps `loss`, of validations `eval_loss`."""
    return next((row for row in reversed(history) if key in row), {})
