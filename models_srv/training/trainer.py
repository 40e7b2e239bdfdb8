"""TRL's DPOTrainer with labels of known reliability.

TRL gives the training loop and the chunked log-probabilities. It has no hook for numbers per
example and passes unknown batch keys on to the model, so the places that read a batch are replaced
here: reference log-probabilities, loss, figures. They are a mix-in, put on TRL's class by the
function at the end, which alone imports it.
"""

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from models_srv.dpo import CHOSEN_ONLY, UNPAIRED, LossSettings, PairBatch, preference_loss
from models_srv.training.collator import REFERENCE, Batch
from models_srv.training.figures import batch_figures
from models_srv.training.reference import Logps, ReferenceCache
from models_srv.training.rows import CREDIT, NUMBERS

if TYPE_CHECKING:
    from torch import Tensor


class PairLoss:
    """For a DPOTrainer: trains on rows of token ids, with a loss of `models_srv.dpo`.

    `reference` "parent" takes the policy as it is before its first step, "base" the model without
    its adapters; an explicit `ref_model` stands before both. All reference log-probabilities are
    read from `cache`, or computed once while the trainer is built.
    """

    model: Any
    accelerator: Any
    data_collator: Any
    ref_model: Any
    _metrics: Any
    _signature_columns: Any

    def __init__(
        self,
        *args: Any,
        loss: str,
        settings: LossSettings,
        reference: str,
        cache: ReferenceCache,
        **kwargs: Any,
    ) -> None:
        # Set first: the parent's __init__ computes the reference log-probabilities.
        self.loss = loss
        self.loss_settings = settings
        self.reference = reference
        self.cache = cache
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
            added = {*NUMBERS, *CREDIT, *REFERENCE, *REFERENCE.values(), "length"}
            self._signature_columns = [*{*self._signature_columns, *added}]

    def _get_train_sampler(self, train_dataset: Any = None) -> Any:
        """Group lengths by the step of all processes, so that their number leaves the order as it is."""
        sampler = super()._get_train_sampler(train_dataset)  # type: ignore[misc]
        sampler.batch_size *= self.accelerator.num_processes
        return sampler

    def _precompute_ref_logps(self, dataset: Any, name: str, batch_size: int) -> Any:
        """Add the reference's log-probabilities, one number per token of an answer."""
        rows = dataset.to_list()
        logps = self.cache.get(
            rows,
            lambda: self._reference_logps(rows, batch_size),
            # What the first process has is known to all: another's disk may be another machine's.
            share=lambda known: self._from_first(known),
        )
        for column, values in logps.items():
            dataset = dataset.add_column(column, values)
        return dataset

    def _reference_logps(self, rows: list[Batch], batch_size: int) -> Logps:
        with self._reference_weights():
            found = self._answer_logps(rows, batch_size)
        return {REFERENCE[key]: values for key, values in found.items()}

    def reward_margins(self, rows: list[Batch], batch_size: int) -> list[float]:
        """Return log π(chosen) − log π(rejected) of the policy as it is now, in nats, (rows,).

        An implicit reward without a reference, as in SimPO (Meng et al., 2024), but not by token.
        """
        self.model.eval()
        logps = self._answer_logps(rows, batch_size)
        sides = (logps["chosen_ids"], logps["rejected_ids"])
        return [sum(chosen) - sum(rejected) for chosen, rejected in zip(*sides, strict=True)]

    def chosen_logps(self, rows: list[Batch], batch_size: int) -> list[list[float]]:
        """Return log π of each token of the chosen answers, of the policy as it is now."""
        self.model.eval()
        return self._answer_logps(rows, batch_size)["chosen_ids"] if rows else []

    def base_logps(self, rows: list[Batch], batch_size: int) -> list[list[float]]:
        """As `chosen_logps`, of the base without its adapter."""
        with self.model.disable_adapter():
            return self.chosen_logps(rows, batch_size)

    def _answer_logps(self, rows: list[Batch], batch_size: int) -> Logps:
        """Return each answer's log-probabilities by token; rows of like length run together."""
        from accelerate.utils import gather_object

        keys = [key for key in REFERENCE if rows and key in rows[0]]
        logps: Logps = {key: [[] for _ in rows] for key in keys}
        order = sorted(range(len(rows)), key=lambda at: -rows[at]["length"])
        batches = [order[start : start + batch_size] for start in range(0, len(rows), batch_size)]
        found = []
        for places in self._own_share(batches):
            batch = self.data_collator([rows[at] for at in places])
            found.append((places, self._batch_logps(batch)))
        for places, by_key in gather_object(found):
            for key, columns in by_key.items():
                for at, values in zip(places, columns, strict=True):
                    logps[key][at] = values
        return logps

    def _own_share(self, batches: list[list[int]]) -> Iterator[list[int]]:
        """Yield every so-manieth batch; each process as many, since weights may be in shards."""
        count, first = self.accelerator.num_processes, self.accelerator.process_index
        for start in range(0, len(batches), count):
            yield batches[min(start + first, len(batches) - 1)]

    def _from_first(self, value: Any) -> Any:
        """Return what the first of the processes has."""
        from accelerate.utils import broadcast_object_list

        shared = [value]
        broadcast_object_list(shared)
        return shared[0]

    def _batch_logps(self, batch: Batch) -> dict[str, list[list[float]]]:
        """Return the log-probability of each token of the batch's answers."""
        chosen, rejected = self._by_token(batch, "").chunk(2)
        masks = batch["completion_mask"][:, 1:].bool().chunk(2)
        answers = {"chosen_ids": (chosen, masks[0]), "rejected_ids": (rejected, masks[1])}
        if "mismatched_input_ids" in batch:
            mask = batch["mismatched_completion_mask"][:, 1:].bool()
            answers["mismatched_ids"] = (self._by_token(batch, "mismatched_"), mask)
        return {
            key: [row[kept].tolist() for row, kept in zip(values.cpu(), mask, strict=True)]
            for key, (values, mask) in answers.items()
        }

    def _by_token(self, batch: Batch, prefix: str) -> "Tensor":
        """Return log-probabilities without gradients, shape (sequences, tokens − 1): the separate
        reference's as long as there is one, else the policy's under its present weights."""
        import torch

        model = self.ref_model or self.model
        # Its own: what is to be sharded waits on the CPU until the training begins.
        device = next(model.parameters()).device
        inputs = {name: values.to(device) for name, values in _sequences(batch, prefix).items()}
        with torch.no_grad(), self.accelerator.autocast():
            return self._token_logps(model, inputs)

    def _reference_weights(self) -> contextlib.AbstractContextManager[Any]:
        if self.reference == "base" and self.ref_model is None and self._is_adapted():
            weights: contextlib.AbstractContextManager[Any] = self.model.disable_adapter()
            return weights
        return contextlib.nullcontext()

    def _is_adapted(self) -> bool:
        from peft import PeftModel

        return isinstance(self.model, PeftModel)

    def _token_logps(self, model: Any, inputs: Batch) -> "Tensor":
        """Return log π(token | all before) where `completion_mask` is 1, else 0.

        Shape (sequences, tokens − 1): the first token has no prediction.
        """
        labels = inputs["input_ids"].masked_fill(inputs["completion_mask"] == 0, -100)
        outputs = model(
            input_ids=inputs["input_ids"],
            attention_mask=inputs["attention_mask"],
            labels=labels,
            use_cache=False,
            fused_lm_head=True,
        )
        logps: Tensor = outputs.log_probs
        return logps

    def _compute_loss(self, model: Any, inputs: Batch, return_outputs: bool) -> Any:
        token_logps = self._policy_logps(model, _sequences(inputs, ""))
        chosen, rejected = token_logps.sum(dim=1).chunk(2)
        ref_chosen, ref_rejected = inputs["ref_token_logps"].sum(dim=1).chunk(2)
        chosen_tokens, rejected_tokens = inputs["completion_mask"].sum(dim=1).chunk(2)
        batch = PairBatch(
            chosen_logps=chosen,
            rejected_logps=rejected,
            ref_chosen_logps=ref_chosen,
            ref_rejected_logps=ref_rejected,
            chosen_tokens=chosen_tokens,
            rejected_tokens=rejected_tokens,
            mismatched_logratios=self._mismatched_logratios(model, inputs),
            **_credited(token_logps, inputs),
            **{name: inputs[name] for name in NUMBERS},
        )
        loss = preference_loss(self.loss, batch, self.loss_settings).mean()
        answers = inputs["completion_mask"][:, 1:].bool()
        token_logratios = (token_logps.detach() - inputs["ref_token_logps"])[answers]
        self._note(batch_figures(batch, token_logratios, self.loss_settings.beta))
        return (loss, {}) if return_outputs else loss

    def _policy_logps(self, model: Any, sequences: Batch) -> "Tensor":
        """As `_token_logps`; answers that the loss does not read cost no backward pass."""
        if self.loss not in CHOSEN_ONLY:
            return self._token_logps(model, sequences)
        import torch

        halves = {name: values.chunk(2) for name, values in sequences.items()}
        chosen, rejected = ({name: both[side] for name, both in halves.items()} for side in (0, 1))
        with torch.no_grad():
            for_the_figures = self._token_logps(model, rejected)
        return torch.cat([self._token_logps(model, chosen), for_the_figures])

    def _mismatched_logratios(self, model: Any, inputs: Batch) -> "Tensor | None":
        if self.loss not in UNPAIRED:
            return None
        import torch

        with torch.no_grad():
            logps = self._token_logps(model, _sequences(inputs, "mismatched_")).sum(dim=1)
        logratios: Tensor = self.accelerator.gather(logps - inputs["ref_mismatched_logps"])
        return logratios  # of all processes: they are there for their mean

    def _note(self, figures: "dict[str, Tensor]") -> None:
        """Keep this batch's figures; DPOTrainer.log writes their means."""
        import torch

        metrics = self._metrics["train" if self.model.training else "eval"]
        sums = [torch.stack([each.float().sum(), each.new_tensor(each.numel()).float()])
                for each in figures.values()]  # fmt: skip
        of_all = self.accelerator.reduce(torch.stack(sums), reduction="sum")
        for name, (total, count) in zip(figures, of_all.tolist(), strict=True):
            if count:
                metrics[name].append(total / count)


def _sequences(batch: Batch, prefix: str) -> Batch:
    """Return what the model reads of a batch."""
    names = ("input_ids", "attention_mask", "completion_mask")
    return {name: batch[prefix + name] for name in names}


def _credited(token_logps: "Tensor", inputs: Batch) -> "dict[str, Tensor]":
    """Return the log-ratios in which each token counts by its credit, where there is one."""
    if "token_credit" not in inputs:
        return {}
    by_token = (token_logps - inputs["ref_token_logps"]) * inputs["token_credit"]
    chosen, rejected = by_token.sum(dim=1).chunk(2)
    return {"credited_chosen": chosen, "credited_rejected": rejected}


def preference_trainer() -> Any:
    """Return the class: TRL's DPOTrainer with PairLoss."""
    from trl.trainer.dpo_trainer import DPOTrainer

    return type("PreferenceTrainer", (PairLoss, DPOTrainer), {})
