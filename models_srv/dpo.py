"""Preference losses as pure functions of log-probabilities, one value per pair.

Notation: y_w is the chosen answer, y_l the rejected one, π the policy, π_ref the reference;
a log-ratio is log π(y) − log π_ref(y), summed over the answer's tokens (end of turn included).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True)
class PairBatch:
    """Log-probabilities of a batch of pairs and their labels. Every tensor has shape (pairs,).

    `p_w` = P(the source says w | a human prefers w) and `p_l` = P(the source says w | a human
    prefers l) are the reliability of the label; (1, 0) is a label beyond doubt. `weight` corrects
    sampling only.
    """

    chosen_logps: "Tensor"
    rejected_logps: "Tensor"
    ref_chosen_logps: "Tensor"
    ref_rejected_logps: "Tensor"
    chosen_tokens: "Tensor"
    rejected_tokens: "Tensor"
    p_w: "Tensor"
    p_l: "Tensor"
    weight: "Tensor"

    @property
    def chosen_logratios(self) -> "Tensor":
        return self.chosen_logps - self.ref_chosen_logps

    @property
    def rejected_logratios(self) -> "Tensor":
        return self.rejected_logps - self.ref_rejected_logps

    @property
    def belief(self) -> "Tensor":
        """P(the chosen answer is truly better), before the policy has a say (even odds)."""
        return self.p_w / (self.p_w + self.p_l)


@dataclass(frozen=True)
class LossSettings:
    """β of DPO (τ of IPO), the share of SFT in `dpo_sft`, λ of DPOP."""

    beta: float = 0.1
    sft_weight: float = 1.0
    dpop_lambda: float = 5.0


def mixed_loss(z: "Tensor", p_w: "Tensor", p_l: "Tensor", weight: "Tensor") -> "Tensor":
    """Return −weight · log(p_w σ(z) + p_l σ(−z)), the loss of DPO under a noisy label.

    z = β · (chosen log-ratio − rejected log-ratio). (1, 0) is DPO; p_w = p_l teaches nothing.
    """
    import torch
    from torch.nn.functional import logsigmoid

    likelihood = torch.logaddexp(p_w.log() + logsigmoid(z), p_l.log() + logsigmoid(-z))
    return -weight * likelihood


def dpop_loss(
    chosen_logratios: "Tensor",
    rejected_logratios: "Tensor",
    *,
    beta: float,
    dpop_lambda: float,
    p_w: "Tensor",
    p_l: "Tensor",
    weight: "Tensor",
) -> "Tensor":
    """Return DPO-positive (Pal et al., 2024): −log σ(β [Δ − λ max(0, −chosen log-ratio)]).

    The penalty keeps the chosen answer from becoming less likely than under the reference. With an
    uncertain label the bracket takes z's place in `mixed_loss`.
    """
    penalty = (-chosen_logratios).clamp(min=0)
    margin = chosen_logratios - rejected_logratios - dpop_lambda * penalty
    return mixed_loss(beta * margin, p_w, p_l, weight)


def dpo(batch: PairBatch, settings: LossSettings) -> "Tensor":
    """DPO (Rafailov et al., 2023) on labels of known reliability: see `mixed_loss`."""
    z = settings.beta * (batch.chosen_logratios - batch.rejected_logratios)
    return mixed_loss(z, batch.p_w, batch.p_l, batch.weight)


def sft(batch: PairBatch, settings: LossSettings) -> "Tensor":
    """Negative log-likelihood of the chosen answers per token of the batch, weighted by belief."""
    tokens_per_pair = batch.chosen_tokens.float().mean()
    return -batch.weight * batch.belief * batch.chosen_logps / tokens_per_pair


def dpo_sft(batch: PairBatch, settings: LossSettings) -> "Tensor":
    """DPO with a share of SFT, which keeps the chosen answers likely."""
    return dpo(batch, settings) + settings.sft_weight * sft(batch, settings)


def dpop(batch: PairBatch, settings: LossSettings) -> "Tensor":
    """See `dpop_loss`."""
    return dpop_loss(
        batch.chosen_logratios,
        batch.rejected_logratios,
        beta=settings.beta,
        dpop_lambda=settings.dpop_lambda,
        p_w=batch.p_w,
        p_l=batch.p_l,
        weight=batch.weight,
    )


def ipo(batch: PairBatch, settings: LossSettings) -> "Tensor":
    """IPO (Azar et al., 2023, eq. 17), per-token log-ratios, expected over the label's belief."""
    chosen = batch.chosen_logratios / batch.chosen_tokens.clamp(min=1)
    rejected = batch.rejected_logratios / batch.rejected_tokens.clamp(min=1)
    delta, target = chosen - rejected, 1 / (2 * settings.beta)
    right, wrong = (delta - target) ** 2, (delta + target) ** 2
    return batch.weight * (batch.belief * right + (1 - batch.belief) * wrong)


LOSSES: Mapping[str, Callable[[PairBatch, LossSettings], "Tensor"]] = {
    "sft": sft,
    "dpo": dpo,
    "dpo_sft": dpo_sft,
    "dpop": dpop,
    "ipo": ipo,
}
