"""The probability that a model gives to texts which it did not write: what two copies are compared by."""

from collections.abc import Sequence
from typing import Any

Pair = tuple[Sequence[int], Sequence[int]]


def continuation_logps(model: Any, pairs: Sequence[Pair]) -> list[list[float]]:
    """Return log π(token | all before it) in nats of each pair's continuation, (tokens,) each.

    A pair is (prompt, continuation), token ids, neither of them empty. One forward pass for all.
    """
    import torch

    longest = max(len(prompt) + len(text) for prompt, text in pairs)
    widest = max(len(text) for _, text in pairs)
    pads = [longest - len(prompt) - len(text) for prompt, text in pairs]
    rows = [[0] * pad + [*prompt, *text] for pad, (prompt, text) in zip(pads, pairs, strict=True)]
    device = model.device
    ids = torch.tensor(rows, device=device)
    mask = torch.tensor([[0] * pad + [1] * (longest - pad) for pad in pads], device=device)
    with torch.inference_mode():
        logits = model(
            input_ids=ids,
            attention_mask=mask,
            position_ids=(mask.cumsum(dim=1) - 1).clamp(min=0),
            use_cache=False,
            logits_to_keep=widest + 1,  # each predicts the token after it
        ).logits[:, :-1]
        scores = logits.float().log_softmax(dim=-1).gather(2, ids[:, -widest:, None])[..., 0]
    return [row[-len(text) :].tolist() for row, (_, text) in zip(scores, pairs, strict=True)]
