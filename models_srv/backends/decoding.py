"""The decode loop of the in-process backend: one prefill, then a token a step for each row."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from models_srv.types import Sampling

if TYPE_CHECKING:
    import torch

TOP_ALTERNATIVES = 5


@dataclass
class DecodedRow:
    """The tokens of one row, the stop token included. Log-probabilities are at temperature 1."""

    ids: list[int]
    logprobs: list[float]
    top_ids: list[list[int]]
    top_logprobs: list[list[float]]
    has_stopped: bool


def decode(
    model: Any,
    input_ids: "torch.Tensor",
    attention_mask: "torch.Tensor",
    uniforms: "torch.Tensor",
    sampling: Sampling,
    stop_ids: "torch.Tensor",
) -> list[DecodedRow]:
    """Generate up to `sampling.max_tokens` tokens for each left-padded row.

    `uniforms` (rows × max_tokens, in [0, 1)) holds every random number that the rows may use: a
    row's text then does not depend on when its neighbours stop or on how the batch was split. A row
    that stops is taken out of the cache at once, so that a batch costs what its rows cost.
    """
    import torch
    from transformers import DynamicCache

    count, steps = uniforms.shape
    device = input_ids.device
    width = min(TOP_ALTERNATIVES, model.config.get_text_config().vocab_size)
    ids = torch.zeros(count, steps, dtype=torch.long, device=device)
    logprobs = torch.zeros(count, steps, device=device)
    top_ids = torch.zeros(count, steps, width, dtype=torch.long, device=device)
    top_logprobs = torch.zeros(count, steps, width, device=device)
    lengths = torch.zeros(count, dtype=torch.long, device=device)
    has_stopped = torch.zeros(count, dtype=torch.bool, device=device)

    rows = torch.arange(count, device=device)
    mask = attention_mask
    positions = (mask.cumsum(dim=1) - 1).clamp(min=0)
    cache = DynamicCache(config=model.config)
    tokens = input_ids
    for step in range(steps):
        logits = model(
            input_ids=tokens,
            attention_mask=mask,
            position_ids=positions,
            past_key_values=cache,
            use_cache=True,
            logits_to_keep=1,
        ).logits[:, -1]
        scores = logits.float().log_softmax(dim=-1)
        chosen = pick(scores, uniforms[rows, step], sampling)
        best = scores.topk(width, dim=-1)
        ids[rows, step] = chosen
        logprobs[rows, step] = scores.gather(1, chosen[:, None])[:, 0]
        top_ids[rows, step] = best.indices
        top_logprobs[rows, step] = best.values
        lengths[rows] += 1
        stops = torch.isin(chosen, stop_ids)
        has_stopped[rows] = stops
        if bool(stops.any()):
            alive = (~stops).nonzero()[:, 0]
            if not len(alive):
                break
            cache.batch_select_indices(alive)
            rows, chosen = rows[alive], chosen[alive]
            mask, positions = mask[alive], positions[alive]
        mask = torch.cat([mask, mask.new_ones(len(rows), 1)], dim=1)
        positions = positions[:, -1:] + 1
        tokens = chosen[:, None]

    return [
        DecodedRow(
            ids=ids[row, :length].tolist(),
            logprobs=logprobs[row, :length].tolist(),
            top_ids=top_ids[row, :length].tolist(),
            top_logprobs=top_logprobs[row, :length].tolist(),
            has_stopped=bool(has_stopped[row]),
        )
        for row, length in enumerate(lengths.tolist())
    ]


def pick(scores: "torch.Tensor", uniforms: "torch.Tensor", sampling: Sampling) -> "torch.Tensor":
    """Return one token id per row of log-probabilities: greedy, or by the inverse of the CDF.

    With `top_p` < 1 only the smallest set of likeliest tokens with that mass may be drawn.
    """
    import torch

    if sampling.temperature == 0:
        return scores.argmax(dim=-1)
    probabilities = (scores / sampling.temperature).softmax(dim=-1)
    if sampling.top_p >= 1:
        return _draw(probabilities, uniforms)
    ordered, order = probabilities.sort(dim=-1, descending=True)
    mass_before = ordered.cumsum(dim=-1) - ordered
    kept = torch.where(mass_before < sampling.top_p, ordered, 0.0)
    return order.gather(1, _draw(kept, uniforms)[:, None])[:, 0]


def _draw(weights: "torch.Tensor", uniforms: "torch.Tensor") -> "torch.Tensor":
    import torch

    cumulative = weights.cumsum(dim=-1)
    targets = uniforms.to(cumulative.dtype)[:, None] * cumulative[:, -1:]
    # `right` steps over tokens of weight 0; rounding may still leave the target on the last sum.
    drawn = torch.searchsorted(cumulative, targets, right=True)[:, 0]
    last = (weights > 0).cumsum(dim=-1).argmax(dim=-1)
    return torch.minimum(drawn, last)
