"""From tokenised pairs to a batch: TRL's collator, and what the losses need beyond it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from models_srv.training.rows import CREDIT, NUMBERS, Row

if TYPE_CHECKING:
    from torch import Tensor

Batch = dict[str, Any]
REFERENCE = {
    "chosen_ids": "ref_chosen_logps",
    "rejected_ids": "ref_rejected_logps",
    "mismatched_ids": "ref_mismatched_logps",
}


class PairCollation:
    """For a collator of preferences, whose sequences are the chosen ones, then the rejected ones.

    Adds each pair's label numbers (shape (pairs,)), the reference's log-probabilities by token
    (`ref_token_logps`, aligned with the model's, zero outside the answers), likewise `token_credit`
    where the rows have credit, and under `mismatched_…`
    the same for the mismatched answers, where the rows have them.
    """

    pad_token_id: int

    def torch_call(self, examples: list[Row]) -> Batch:
        import torch

        ours = {*REFERENCE.values(), *CREDIT}
        known = [{k: v for k, v in row.items() if k not in ours} for row in examples]
        batch: Batch = super().torch_call(known)  # type: ignore[misc]
        for name in NUMBERS:
            batch[name] = torch.tensor([example[name] for example in examples])
        pairs = ("chosen_ids", "rejected_ids")
        if all(REFERENCE[key] in examples[0] for key in pairs):
            names = [REFERENCE[key] for key in pairs]
            batch["ref_token_logps"] = _by_token(examples, names, batch["input_ids"])
        if CREDIT[0] in examples[0]:
            batch["token_credit"] = _by_token(examples, CREDIT, batch["input_ids"])
        if "mismatched_ids" in examples[0]:
            batch |= self._mismatched(examples)
        return batch

    def _mismatched(self, examples: list[Row]) -> Batch:
        sequences = [row["prompt_ids"] + row["mismatched_ids"] for row in examples]
        answers = [
            [0] * len(row["prompt_ids"]) + [1] * len(row["mismatched_ids"]) for row in examples
        ]
        batch = {
            "mismatched_input_ids": _pad(sequences, self.pad_token_id),
            "mismatched_attention_mask": _pad([[1] * len(ids) for ids in sequences], 0),
            "mismatched_completion_mask": _pad(answers, 0),
        }
        if REFERENCE["mismatched_ids"] in examples[0]:
            batch["ref_mismatched_logps"] = _by_token(
                examples, [REFERENCE["mismatched_ids"]], batch["mismatched_input_ids"]
            ).sum(dim=1)
        return batch


def _by_token(examples: list[Row], names: Sequence[str], like: "Tensor") -> "Tensor":
    """Return the columns' numbers where the model predicts their tokens, zero elsewhere."""
    import torch

    values = torch.zeros(like.shape[0], like.shape[1] - 1)
    rows = [(row, name) for name in names for row in examples]
    for sequence, (row, name) in zip(values, rows, strict=True):
        # The token at position t is predicted at t − 1.
        first = max(len(row["prompt_ids"]) - 1, 0)
        sequence[first : first + len(row[name])] = torch.tensor(row[name])
    return values


def _pad(sequences: list[list[int]], value: int) -> "Tensor":
    import torch
    from torch.nn.utils.rnn import pad_sequence

    tensors = [torch.tensor(ids, dtype=torch.long) for ids in sequences]
    return pad_sequence(tensors, batch_first=True, padding_value=value)


def pair_collator(pad_token_id: int) -> Any:
    """Return TRL's collator with PairCollation."""
    from trl.trainer.dpo_trainer import DataCollatorForPreference

    collator = type("PairCollator", (PairCollation, DataCollatorForPreference), {})
    return collator(pad_token_id=pad_token_id)
