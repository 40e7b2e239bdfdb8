"""Preference losses on labels of known reliability, and what to know before choosing one."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from models_srv.dpo import pairwise
from models_srv.dpo.anchored import apo_down, apo_zero
from models_srv.dpo.batch import LossSettings, PairBatch
from models_srv.dpo.kto import kto
from models_srv.dpo.pairwise import dpop_loss, mixed_loss

if TYPE_CHECKING:
    from torch import Tensor

__all__ = [
    "CHOSEN_ONLY",
    "CREDITED",
    "LIKELY",
    "LOSSES",
    "PLAIN",
    "SMOOTHED",
    "UNPAIRED",
    "LossSettings",
    "PairBatch",
    "dpop_loss",
    "mixed_loss",
    "preference_loss",
]

LOSSES: Mapping[str, Callable[[PairBatch, LossSettings], "Tensor"]] = {
    "sft": pairwise.sft,
    "dpo": pairwise.dpo,
    "dpo_sft": pairwise.dpo_sft,
    "dpop": pairwise.dpop,
    "ipo": pairwise.ipo,
    "cdpo": pairwise.cdpo,
    "robust": pairwise.robust,
    "orpo": pairwise.orpo,
    "apo_zero": apo_zero,
    "apo_down": apo_down,
    "kto": kto,
}
CHOSEN_ONLY = frozenset({"sft"})  # losses that the rejected answers do not change
UNPAIRED = frozenset({"kto"})  # losses that take thumbs on single answers
SMOOTHED = frozenset({"cdpo", "robust"})  # losses that read `label_smoothing`
CREDITED = frozenset({"dpo", "dpo_sft", "dpop", "cdpo", "robust", "apo_zero", "apo_down"})
"""Losses that can weigh tokens by their credit: they compare sums over tokens."""
LIKELY = CREDITED | {"ipo"}
"""Losses that `nll_weight` adds to: the others have such a term, or take thumbs."""
# What a loss is without any term that goes with it.
PLAIN = {"nll_weight": 0.0, "shared_weight": 1.0, "quote_weight": 1.0, "later_weight": 1.0}


def preference_loss(name: str, batch: PairBatch, settings: LossSettings) -> "Tensor":
    """Return the loss of each pair, shape (pairs,), with its share of likelihood."""
    loss = LOSSES[name](batch, settings)
    return loss + settings.nll_weight * pairwise.nll(batch) if settings.nll_weight else loss
