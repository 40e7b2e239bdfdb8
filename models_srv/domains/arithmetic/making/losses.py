"""What the starter models minimise."""

from typing import TYPE_CHECKING

from models_srv.domains.arithmetic.making.batches import Batch

if TYPE_CHECKING:
    import torch
    from transformers import LlamaForCausalLM


def answer_loss(model: "LlamaForCausalLM", hidden: "torch.Tensor", batch: Batch) -> "torch.Tensor":
    """Mean cross-entropy of the answers' tokens; logits are computed only there."""
    import torch

    wanted = batch.labels[:, 1:]
    mask = wanted != -100
    logits = model.lm_head(hidden[:, :-1][mask])
    return torch.nn.functional.cross_entropy(logits, wanted[mask])


def mark_loss(head: "torch.nn.Module", hidden: "torch.Tensor", batch: Batch) -> "torch.Tensor":
    """Mean cross-entropy of the fault's category (0: none) at each token of a judged response."""
    import torch

    mask = batch.marks != -100
    return torch.nn.functional.cross_entropy(head(hidden[mask]), batch.marks[mask])


def total_loss(
    model: "LlamaForCausalLM", batch: Batch, head: "torch.nn.Module | None" = None
) -> "torch.Tensor":
    """Return the loss; with a head, that of the marks is added.

    The head reads the last layer but one, so that the verdict, a layer later, can look the
    marks up.
    """
    out = model.model(input_ids=batch.ids, use_cache=False, output_hidden_states=head is not None)
    loss = answer_loss(model, out.last_hidden_state, batch)
    if head is None:
        return loss
    return loss + mark_loss(head, out.hidden_states[-2], batch)
