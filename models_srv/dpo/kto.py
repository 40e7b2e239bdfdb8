"""KTO: learning from thumbs on single answers (Ethayarajh et al., 2024)."""

from typing import TYPE_CHECKING

from models_srv.dpo.batch import LossSettings, PairBatch

if TYPE_CHECKING:
    from torch import Tensor


def kto(batch: PairBatch, settings: LossSettings) -> "Tensor":
    """KTO, eq. 7 and 8: λ − λ σ(±β (log-ratio − z0)), one value per row.

    The chosen answer of a row is a thumb up, the rejected one a thumb down, and a side without
    tokens is none. z0 is the policy's drift on answers to other queries, never below 0 and without
    a gradient. An uncertain thumb is its expectation over the belief; for a thumb down p_w and p_l
    are of saying "bad".
    """
    z0 = reference_point(batch)
    up = settings.beta * (batch.chosen_logratios - z0)
    down = settings.beta * (batch.rejected_logratios - z0)
    has_up, has_down = batch.chosen_tokens > 0, batch.rejected_tokens > 0
    chosen = _expected(up, batch.belief, settings)
    rejected = _expected(down, 1 - batch.belief, settings)
    return batch.weight * (has_up * chosen + has_down * rejected)


def reference_point(batch: PairBatch) -> "Tensor | float":
    """Return z0 = max(0, mean log-ratio of the mismatched answers)."""
    if batch.mismatched_logratios is None:
        return 0.0
    return batch.mismatched_logratios.detach().mean().clamp(min=0)


def _expected(reward: "Tensor", p_good: "Tensor", settings: LossSettings) -> "Tensor":
    if_good = settings.desirable_weight * (1 - reward.sigmoid())
    if_bad = settings.undesirable_weight * (1 - (-reward).sigmoid())
    return p_good * if_good + (1 - p_good) * if_bad
