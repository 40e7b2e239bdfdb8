"""TRL's DPOTrainer with labels of known reliability.

TRL gives the training loop, the precomputed reference and the chunked log-probabilities. It has no
hook for numbers per example and passes unknown batch keys on to the model, so the places that read
a batch are replaced here: collator, reference log-probabilities, loss. They are mix-ins, put on
TRL's classes by the functions at the end, which alone import it.
"""

import contextlib
import json
import math
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from models_srv.dpo import LOSSES, LossSettings, PairBatch
from models_srv.training.rows import NUMBERS
from models_srv.types import ModelMisconfigured

if TYPE_CHECKING:
    from torch import Tensor

Batch = dict[str, Any]


class LabelNumbers:
    """For a collator: adds each pair's label numbers to the batch (chosen in its first half)."""

    def torch_call(self, examples: list[dict[str, Any]]) -> Batch:
        import torch

        batch: Batch = super().torch_call(examples)  # type: ignore[misc]
        for name in NUMBERS:
            batch[name] = torch.tensor([example[name] for example in examples])
        return batch


class PairLoss:
    """For a DPOTrainer: trains on rows of token ids, with one of `models_srv.dpo.LOSSES`.

    `reference` "parent" takes the policy as it is before its first step, "base" the model without
    its adapters; an explicit `ref_model` stands before both. All reference log-probabilities are
    computed once, while the trainer is built.
    """

    model: Any
    accelerator: Any
    _metrics: Any
    _signature_columns: Any

    def __init__(
        self, *args: Any, loss: str, settings: LossSettings, reference: str, **kwargs: Any
    ) -> None:
        # Set first: the parent's __init__ computes the reference log-probabilities.
        self.pair_loss = LOSSES[loss]
        self.loss_settings = settings
        self.reference = reference
        super().__init__(*args, **kwargs)
        self.ref_model = None
        if self._is_adapted() and "ref" in self.model.peft_config:
            # TRL's frozen copy of a pretrained adapter; the parent is known by its numbers now.
            self.model.delete_adapter("ref")

    def _prepare_dataset(self, dataset: Any, *args: Any, **kwargs: Any) -> Any:
        return dataset

    def _set_signature_columns_if_needed(self) -> None:
        is_first_time = self._signature_columns is None
        super()._set_signature_columns_if_needed()  # type: ignore[misc]
        if is_first_time:
            self._signature_columns = [*self._signature_columns, *NUMBERS]

    def compute_ref_log_probs(self, model: Any, inputs: Batch) -> Any:
        """Return the reference's (chosen, rejected) log-probabilities of one batch."""
        import torch

        with torch.no_grad(), self._reference_weights(), self.accelerator.autocast():
            return self._logps(model, inputs).chunk(2)

    def _reference_weights(self) -> contextlib.AbstractContextManager[Any]:
        if self.reference == "base" and self.ref_model is None and self._is_adapted():
            weights: contextlib.AbstractContextManager[Any] = self.model.disable_adapter()
            return weights
        return contextlib.nullcontext()

    def _is_adapted(self) -> bool:
        from peft import PeftModel

        return isinstance(self.model, PeftModel)

    def _logps(self, model: Any, inputs: Batch) -> "Tensor":
        """Return log π(answer | prompt), summed over the answer's tokens: chosen, then rejected."""
        labels = inputs["input_ids"].masked_fill(inputs["completion_mask"] == 0, -100)
        outputs = model(
            input_ids=inputs["input_ids"],
            attention_mask=inputs["attention_mask"],
            labels=labels,
            use_cache=False,
            fused_lm_head=True,
        )
        logps: Tensor = outputs.log_probs.sum(dim=1)
        return logps

    def _compute_loss(self, model: Any, inputs: Batch, return_outputs: bool) -> Any:
        chosen, rejected = self._logps(model, inputs).chunk(2)
        chosen_tokens, rejected_tokens = inputs["completion_mask"].sum(dim=1).chunk(2)
        batch = PairBatch(
            chosen_logps=chosen,
            rejected_logps=rejected,
            ref_chosen_logps=inputs["ref_chosen_logps"],
            ref_rejected_logps=inputs["ref_rejected_logps"],
            chosen_tokens=chosen_tokens,
            rejected_tokens=rejected_tokens,
            **{name: inputs[name] for name in NUMBERS},
        )
        loss = self.pair_loss(batch, self.loss_settings).mean()
        self._note(batch)
        return (loss, {}) if return_outputs else loss

    def _note(self, batch: PairBatch) -> None:
        """Keep this batch's figures; DPOTrainer.log writes their means."""
        chosen = self.loss_settings.beta * batch.chosen_logratios.detach()
        rejected = self.loss_settings.beta * batch.rejected_logratios.detach()
        figures = {
            "rewards/chosen": chosen,
            "rewards/rejected": rejected,
            "rewards/margins": chosen - rejected,
            "rewards/accuracies": (chosen > rejected).float(),
            "logps/chosen": batch.chosen_logps.detach(),
            "logps/rejected": batch.rejected_logps.detach(),
        }
        metrics = self._metrics["train" if self.model.training else "eval"]
        for name, values in figures.items():
            metrics[name].append(self.accelerator.gather(values).mean().item())


class MetricsWriter:
    """For a TrainerCallback: appends each step's figures, and stops a run that has diverged."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.started = time.monotonic()

    def on_log(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        logs: dict[str, Any] = kwargs["logs"]
        if "loss" not in logs:
            return
        seconds = round(time.monotonic() - self.started, 3)
        row = {"step": state.global_step, **logs, "seconds": seconds}
        with self.path.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(row) + "\n")
        if not math.isfinite(logs["loss"]):
            raise ModelMisconfigured(
                f"The loss became {logs['loss']} at step {state.global_step}: "
                "try a lower learning_rate."
            )


def preference_trainer() -> Any:
    """Return the class: TRL's DPOTrainer with PairLoss."""
    from trl.trainer.dpo_trainer import DPOTrainer

    return type("PreferenceTrainer", (PairLoss, DPOTrainer), {})


def pair_collator(pad_token_id: int) -> Any:
    """Return TRL's collator with LabelNumbers."""
    from trl.trainer.dpo_trainer import DataCollatorForPreference

    collator = type("PairCollator", (LabelNumbers, DataCollatorForPreference), {})
    return collator(pad_token_id=pad_token_id)


def metrics_writer(path: Path) -> Any:
    """Return a transformers callback with MetricsWriter."""
    from transformers import TrainerCallback

    return type("MetricsCallback", (MetricsWriter, TrainerCallback), {})(path)
