"""One training run from top to bottom: read, load, train, save. Runs in the training process."""

import shutil
import time
from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from models_srv.artifacts import folder_sha256, publish_folder
from models_srv.chat.tokenizers import brings_tokenizer
from models_srv.dpo import LossSettings
from models_srv.dpo.edit_distance import edit_distance_warning, edit_distances
from models_srv.serving.measuring import trained_canary, watched_rows
from models_srv.training.callbacks import early_stopping, metrics_writer, validation_arguments
from models_srv.training.collator import pair_collator
from models_srv.training.config import ALL_LINEAR, TrainingConfig
from models_srv.training.loading import load_models, precision
from models_srv.training.process import METRICS_FILE
from models_srv.training.processes import is_first, is_sharded, own_batch_size
from models_srv.training.reference import reference_cache
from models_srv.training.rows import Row, TokenizedPairs
from models_srv.training.run_rows import RunRows, run_rows
from models_srv.training.trainer import preference_trainer

MODEL_FOLDER = "model"
CHECKPOINTS_FOLDER = "trainer"


def train(run_dir: Path, config: TrainingConfig) -> dict[str, Any]:
    """Train, and return what result.json says of it.

    The model is saved under `run_dir`/model. Where there is a scored.jsonl, its pairs' margins are
    what the run is for: they are part of the result, and no model is kept.
    """
    started = time.monotonic()
    import torch
    from transformers import set_seed

    torch.set_num_threads(config.threads)
    tokenizer, model, ref_model = load_models(config)
    rows = run_rows(run_dir, config, tokenizer, model)
    config, warnings = _without_early_stop(config, rows.held_out)
    trainer = _trainer(run_dir, config, tokenizer, (model, ref_model), rows)
    trainer.add_callback(metrics_writer(run_dir / METRICS_FILE))
    if config.patience:
        trainer.add_callback(early_stopping(config))
    # Weights in shards are measured where the adapter is delivered from.
    is_for_a_server = config.method == "lora" and rows.scored is None and not is_sharded()
    watched = watched_rows(rows.train.rows) if is_for_a_server else []
    before = trainer.chosen_logps(watched, own_batch_size(config))
    # Again, so that known reference log-probabilities leave the order of the batches as it was.
    set_seed(config.seed)
    state = trainer.train()
    given = _give(run_dir, config, rows, trainer) | _canary(config, trainer, watched, before)
    distances = edit_distances(_texts(rows.pairs))
    warning = edit_distance_warning(distances, config.loss, nll_weight=config.nll_weight)
    warnings += [warning] if warning else []
    return {
        "state": "succeeded",
        **given,
        "method": config.method,
        "reference": config.reference,
        "reference_model": _reference_name(config),
        "steps": state.global_step,
        "best_step": trainer.state.best_global_step,
        "train_pairs": len(rows.train.rows),
        "validation_pairs": len(rows.held_out.rows),
        "dropped_pairs": rows.train.dropped.total(),
        "dropped_reasons": dict(rows.train.dropped),
        "edit_distance": distances.median,
        "warnings": warnings,
        "final": _final(trainer.state.log_history, "loss"),
        "validation": _final(trainer.state.log_history, "eval_loss"),
        "seconds": round(time.monotonic() - started, 2),
    }


def _give(run_dir: Path, config: TrainingConfig, rows: RunRows, trainer: Any) -> dict[str, Any]:
    """Return the margins that were asked for, else the saved model's folder and hash."""
    if rows.scored is None:
        weights = _whole_weights(trainer)
        if not is_first():
            return {}
        folder = _save(trainer.model, trainer.processing_class, run_dir, config, weights)
        return {"model_path": str(folder), "sha256": folder_sha256(folder)}
    if is_first():
        shutil.rmtree(run_dir / CHECKPOINTS_FOLDER, ignore_errors=True)
    whole = [row for pair in rows.scored for row in pair.rows]
    found = iter(trainer.reward_margins(whole, own_batch_size(config)))
    return {"margins": [next(found) if pair.rows else None for pair in rows.scored]}


def _canary(
    config: TrainingConfig, trainer: Any, watched: list[Row], before: list[list[float]]
) -> dict[str, Any]:
    """Return by what servers can prove that they serve this adapter; nothing for whole weights."""
    if not watched:
        return {}
    size = own_batch_size(config)
    others = {"base": trainer.base_logps(watched, size)}
    if config.adapter:  # else what was before is the base
        others["before"] = before
    return {"canary": trained_canary(watched, trainer.chosen_logps(watched, size), others)}


def _whole_weights(trainer: Any) -> dict[str, Any] | None:
    """Return the weights of a model that is spread over the processes; None where each has all."""
    if not (trainer.is_fsdp_enabled or trainer.is_deepspeed_enabled):
        return None
    weights: dict[str, Any] = trainer.accelerator.get_state_dict(trainer.model_wrapped)
    return weights


def _without_early_stop(
    config: TrainingConfig, held_out: TokenizedPairs
) -> tuple[TrainingConfig, list[str]]:
    """Do not stop early on nothing: where no held-back pair fits, go on without, and say so."""
    if not config.patience or held_out.rows:
        return config, []
    why = f"None of the pairs held back can be measured on ({dict(held_out.dropped)})"
    return replace(config, patience=0), [f"{why}: the run did not stop early."]


def _trainer(
    run_dir: Path,
    config: TrainingConfig,
    tokenizer: Any,
    models: tuple[Any, Any],
    rows: RunRows,
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
        target_modules=_targets(config),
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
            per_device_train_batch_size=own_batch_size(config),
            gradient_accumulation_steps=config.gradient_accumulation,
            train_sampling_strategy="group_by_length",
            seed=config.seed,
            max_length=None,
            precompute_ref_log_probs=True,
            bf16=(is_gpu and config.dtype != "float32") or precision(config) == "bfloat16",
            use_cpu=not is_gpu,
            activation_checkpointing=is_gpu,
            dataloader_pin_memory=is_gpu,
            logging_steps=1,
            report_to="none",
            disable_tqdm=True,
            ddp_find_unused_parameters=False,
            **validation_arguments(config, has_validation=bool(rows.held_out.rows)),
        ),
        data_collator=pair_collator(tokenizer.pad_token_id),
        train_dataset=Dataset.from_list(rows.train.rows),
        eval_dataset=Dataset.from_list(rows.held_out.rows) if rows.held_out.rows else None,
        processing_class=tokenizer,
        peft_config=lora if is_new_adapter else None,
        loss=config.loss,
        settings=_loss_settings(config),
        reference=config.reference,
        cache=reference_cache(config, model),
    )


def _targets(config: TrainingConfig) -> str | list[str]:
    """Return which modules get an adapter, as PEFT takes it: names in a list, or its own word."""
    names = config.lora_targets.split()
    return ALL_LINEAR if names == [ALL_LINEAR] else names


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


def _save(
    model: Any,
    tokenizer: Any,
    run_dir: Path,
    config: TrainingConfig,
    weights: dict[str, Any] | None = None,
) -> Path:
    part, final = run_dir / f"{MODEL_FOLDER}.part", run_dir / MODEL_FOLDER
    for leftover in (part, final):  # of a run that was lost and started again
        shutil.rmtree(leftover, ignore_errors=True)
    if config.method == "lora":
        # Asking the hub whether the base's vocabulary has changed would need a network.
        model.save_pretrained(
            part, selected_adapters=["default"], save_embedding_layers=False, state_dict=weights
        )
    else:
        model.save_pretrained(part, state_dict=weights)
    if config.method != "lora" or brings_tokenizer(config.adapter):
        tokenizer.save_pretrained(part)
    publish_folder(part, final)
    shutil.rmtree(run_dir / CHECKPOINTS_FOLDER, ignore_errors=True)
    return final


def _reference_name(config: TrainingConfig) -> str:
    return config.adapter if config.reference == "parent" and config.adapter else config.base_model


def _final(history: list[dict[str, Any]], key: str) -> dict[str, Any]:
    """Return the last figures that have `key`: of steps `loss`, of validations `eval_loss`."""
    return next((row for row in reversed(history) if key in row), {})
