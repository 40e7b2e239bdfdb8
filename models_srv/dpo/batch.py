"""What a preference loss is given: log-probabilities, labels of known reliability, settings."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True)
class PairBatch:
    """Log-probabilities of a batch of pairs and their labels. Every tensor has shape (pairs,).

    `p_w` = P(the source says w | a human prefers w) and `p_l` = P(the source says w | a human
    prefers l) are the reliability of the label; (1, 0) is a label beyond doubt. `weight` corrects
    sampling only. A thumb on one answer is a pair whose other side has no tokens.
    `mismatched_logratios` are of answers put to other queries, which only KTO asks for.
    `credited_chosen` and `credited_rejected` are log-ratios in which each token counts by its credit
    (`models_srv.dpo.credit`); None where all count alike.
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
    mismatched_logratios: "Tensor | None" = None
    credited_chosen: "Tensor | None" = None
    credited_rejected: "Tensor | None" = None

    @property
    def chosen_logratios(self) -> "Tensor":
        return self.chosen_logps - self.ref_chosen_logps

    @property
    def rejected_logratios(self) -> "Tensor":
        return self.rejected_logps - self.ref_rejected_logps

    @property
    def chosen_scores(self) -> "Tensor":
        """What DPO and its kin compare: the log-ratio, each token by its credit."""
        return self.chosen_logratios if self.credited_chosen is None else self.credited_chosen

    @property
    def rejected_scores(self) -> "Tensor":
        """As `chosen_scores`."""
        return self.rejected_logratios if self.credited_rejected is None else self.credited_rejected

    @property
    def belief(self) -> "Tensor":
        """P(the chosen answer is truly better), before the policy has a say (even odds)."""
        return self.p_w / (self.p_w + self.p_l)

    @property
    def pull(self) -> "Tensor":
        """How strongly a label pulls at the reference, as a share of a certain label's pull.

        From 1 (certain) over 0 (says nothing) to −1 (certainly the other way round): the slope of
        `mixed_loss` at z = 0 over that of DPO, which is 2 · belief − 1.
        """
        return (self.p_w - self.p_l) / (self.p_w + self.p_l)


@dataclass(frozen=True)
class LossSettings:
    """Strengths of the losses.

    `beta` is DPO's β (IPO's τ, ORPO's λ), `sft_weight` the share of SFT in `dpo_sft`,
    `dpop_lambda` DPOP's λ, `label_smoothing` the share of flipped labels that cDPO and robust DPO
    expect on top of what each label's own reliability says, `desirable_weight` and
    `undesirable_weight` KTO's λ_D and λ_U.
    `nll_weight` is the share of the chosen answers' negative log-likelihood by token that is added
    to any loss of pairs (α of IRPO; Pang et al., 2024).
    """

    beta: float = 0.1
    sft_weight: float = 1.0
    dpop_lambda: float = 5.0
    label_smoothing: float = 0.0
    desirable_weight: float = 1.0
    undesirable_weight: float = 1.0
    nll_weight: float = 0.0
