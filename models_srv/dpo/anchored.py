"""APO: each answer is held to the reference by itself (D'Oosterlinck et al., 2024)."""

from typing import TYPE_CHECKING

from models_srv.dpo.batch import LossSettings, PairBatch

if TYPE_CHECKING:
    from torch import Tensor


def apo_zero(batch: PairBatch, settings: LossSettings) -> "Tensor":
    """APO-zero, eq. 7: 1 − σ(r_w) + σ(r_l), r = β · log-ratio: the chosen up, the rejected down.

    For chosen answers better than what the model writes. An uncertain label is its expectation over
    the belief.
    """
    chosen, rejected = _rewards(batch, settings)
    right = (-chosen).sigmoid() + rejected.sigmoid()
    wrong = chosen.sigmoid() + (-rejected).sigmoid()
    return _expected(batch, right, wrong)


def apo_down(batch: PairBatch, settings: LossSettings) -> "Tensor":
    """APO-down, eq. 8: σ(r_w) + 1 − σ(r_w − r_l): both down, the rejected more.

    For chosen answers worse than what the model writes. Uncertain labels as in `apo_zero`.
    """
    chosen, rejected = _rewards(batch, settings)
    right = chosen.sigmoid() + (rejected - chosen).sigmoid()
    wrong = rejected.sigmoid() + (chosen - rejected).sigmoid()
    return _expected(batch, right, wrong)


def _rewards(batch: PairBatch, settings: LossSettings) -> "tuple[Tensor, Tensor]":
    return settings.beta * batch.chosen_scores, settings.beta * batch.rejected_scores


def _expected(batch: PairBatch, right: "Tensor", wrong: "Tensor") -> "Tensor":
    return batch.weight * (batch.belief * right + (1 - batch.belief) * wrong)
