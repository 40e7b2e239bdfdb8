"""Preference losses on labels of known reliability, and what to know before choosing one."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from models_srv.dpo import pairwise
from models_srv.dpo.batch import LossSettings, PairBatch
from models_srv.dpo.kto import kto
from models_srv.dpo.pairwise import dpop_loss, mixed_loss

if TYPE_CHECKING:
    from torch import Tensor

__all__ = [
    "CHOSEN_ONLY",
    "LOSSES",
    "SMOOTHED",
    "UNPAIRED",
    "LossSettings",
    "PairBatch",
    "dpop_loss",
    "mixed_loss",
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
    "kto": kto,
}
CHOSEN_ONLY = frozenset({"sft"})  # losses that the rejected answers do not change
UNPAIRED = frozenset({"kto"})  # losses that take thumbs on single answers
SMOOTHED = frozenset({"cdpo", "robust"})  # losses that read `label_smoothing`
