"""The decode loop of the in-process backend: one prefill, then a token a step for each row."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

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
    prompts: "torch.Tensor",
    uniforms: "torch.Tensor",
    sampling: Sampling,
    stop_ids: "torch.Tensor",
) -> list[DecodedRow]:
    """Generate up to `sampling.max_tokens` tokens for each row.

    `prompts` (rows,) says from which of the left-padded `input_ids` each row goes on: the samples of
    a prompt share its prefill. `uniforms` (rows × max_tokens, in [0, 1)) holds every random number
    that the rows may use: a row's text then does not depend on when its neighbours stop or on how
    the batch was split. A row that stops is taken out of the cache at once, so that a batch costs
    what its rows cost.
    """
    batch = _Batch(model, input_ids, attention_mask, uniforms.shape)
    scores = batch.prefill(prompts)
    for step in range(uniforms.shape[1]):
        chosen = pick(scores, uniforms[batch.rows, step], sampling)
        batch.write(step, chosen, scores)
        if not batch.go_on(chosen, stop_ids) or step + 1 == uniforms.shape[1]:
            break
        scores = batch.next_scores()
    return batch.decoded()


class _Batch:
    """The rows that are being generated, and what was written of all. `rows` are those at work.

    `ids` and what goes with them are (rows, steps) or (rows, steps, alternatives).
    """

    def __init__(
        self,
        model: Any,
        input_ids: "torch.Tensor",
        attention_mask: "torch.Tensor",
        shape: "torch.Size",
    ) -> None:
        import torch
        from transformers import DynamicCache

        (count, steps), device = shape, input_ids.device
        width = min(TOP_ALTERNATIVES, model.config.get_text_config().vocab_size)
        self.model: Any = model
        self.cache: Any = DynamicCache(config=model.config)
        self.ids = torch.zeros(count, steps, dtype=torch.long, device=device)
        self.logprobs = torch.zeros(count, steps, device=device)
        self.top_ids = torch.zeros(count, steps, width, dtype=torch.long, device=device)
        self.top_logprobs = torch.zeros(count, steps, width, device=device)
        self.lengths = torch.zeros(count, dtype=torch.long, device=device)
        self.has_stopped = torch.zeros(count, dtype=torch.bool, device=device)
        self.rows = torch.arange(count, device=device)
        self.tokens, self.mask = input_ids, attention_mask
        self.positions = (attention_mask.cumsum(dim=1) - 1).clamp(min=0)

    def prefill(self, prompts: "torch.Tensor") -> "torch.Tensor":
        """Read the prompts, each once, and return the first token's scores: as `next_scores`."""
        scores = self.next_scores()
        if len(prompts) == len(scores):
            return scores
        self._select(prompts)
        return scores[prompts]

    def next_scores(self) -> "torch.Tensor":
        """Return the log-probabilities of each row's next token: (rows at work, vocabulary)."""
        logits = self.model(
            input_ids=self.tokens,
            attention_mask=self.mask,
            position_ids=self.positions,
            past_key_values=self.cache,
            use_cache=True,
            logits_to_keep=1,
        ).logits[:, -1]
        return cast("torch.Tensor", logits.float().log_softmax(dim=-1))

    def write(self, step: int, chosen: "torch.Tensor", scores: "torch.Tensor") -> None:
        best = scores.topk(self.top_ids.shape[-1], dim=-1)
        self.ids[self.rows, step] = chosen
        self.logprobs[self.rows, step] = scores.gather(1, chosen[:, None])[:, 0]
        self.top_ids[self.rows, step] = best.indices
        self.top_logprobs[self.rows, step] = best.values
        self.lengths[self.rows] += 1

    def go_on(self, chosen: "torch.Tensor", stop_ids: "torch.Tensor") -> bool:
        """Take out the rows that stop, and make the others ready; return whether there are any."""
        import torch

        stops = torch.isin(chosen, stop_ids)
        self.has_stopped[self.rows] = stops
        if bool(stops.any()):
            alive = (~stops).nonzero()[:, 0]
            if not len(alive):
                return False
            self.rows, chosen = self.rows[alive], chosen[alive]
            self._select(alive)
        self.mask = torch.cat([self.mask, self.mask.new_ones(len(self.rows), 1)], dim=1)
        self.positions = self.positions[:, -1:] + 1
        self.tokens = chosen[:, None]
        return True

    def _select(self, places: "torch.Tensor") -> None:
        # Made for beams; unlike `batch_select_indices` it knows layers that keep a state.
        self.cache.reorder_cache(places)
        self.mask, self.positions = self.mask[places], self.positions[places]

    def decoded(self) -> list[DecodedRow]:
        return [
            DecodedRow(
                ids=self.ids[row, :length].tolist(),
                logprobs=self.logprobs[row, :length].tolist(),
                top_ids=self.top_ids[row, :length].tolist(),
                top_logprobs=self.top_logprobs[row, :length].tolist(),
                has_stopped=bool(self.has_stopped[row]),
            )
            for row, length in enumerate(self.lengths.tolist())
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
