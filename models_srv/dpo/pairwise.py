"""Preference losses as pure functions of log-probabilities, one value per pair.

Notation: y_w is the chosen answer, y_l the rejected one, π the policy, π_ref the reference;
a log-ratio is log π(y) − log π_ref(y), summed over the answer's tokens (end of turn included).
"""

from typing import TYPE_CHECKING

from models_srv.dpo.batch import LossSettings, PairBatch

if TYPE_CHECKING:
    from torch import Tensor

# Where p_w and p_l are closer than this a label says next to nothing, and correcting for it would
# multiply its noise by more than twenty.
LEAST_INFORMATIVE = 0.05


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
    z = settings.beta * (batch.chosen_scores - batch.rejected_scores)
    return mixed_loss(z, batch.p_w, batch.p_l, batch.weight)


def cdpo(batch: PairBatch, settings: LossSettings) -> "Tensor":
    """Conservative DPO (Mitchell, 2023): cross-entropy against the belief in the label."""
    from torch.nn.functional import logsigmoid

    z = settings.beta * (batch.chosen_scores - batch.rejected_scores)
    belief = _smoothed(batch.belief, settings)
    return -batch.weight * (belief * logsigmoid(z) + (1 - belief) * logsigmoid(-z))


def robust(batch: PairBatch, settings: LossSettings) -> "Tensor":
    """Robust DPO (Chowdhury et al., 2024): in expectation the loss on clean labels.

    The unbiased estimator of Natarajan et al. (2013, lemma 1) with noise that depends on the class:
    [(1 − p_l) ℓ(z) − (1 − p_w) ℓ(−z)] / (p_w − p_l), ℓ(z) = −log σ(z). It may fall below 0. A label
    that says next to nothing (|p_w − p_l| < LEAST_INFORMATIVE) counts for nothing.
    """
    import torch
    from torch.nn.functional import logsigmoid

    z = settings.beta * (batch.chosen_scores - batch.rejected_scores)
    p_w, p_l = _smoothed(batch.p_w, settings), _smoothed(batch.p_l, settings)
    gap = p_w - p_l
    is_informative = gap.abs() >= LEAST_INFORMATIVE
    corrected = (1 - p_w) * logsigmoid(-z) - (1 - p_l) * logsigmoid(z)
    corrected = corrected / torch.where(is_informative, gap, 1.0)
    return torch.where(is_informative, batch.weight * corrected, 0.0)


def _smoothed(probability: "Tensor", settings: LossSettings) -> "Tensor":
    """Return the probability after a share of labels is flipped."""
    share = settings.label_smoothing
    return probability * (1 - share) + (1 - probability) * share


def sft(batch: PairBatch, settings: LossSettings) -> "Tensor":
    """Negative log-likelihood of the chosen answers per token of the batch, weighted by `pull`."""
    tokens_per_pair = batch.chosen_tokens.float().mean()
    return -batch.weight * batch.pull.clamp(min=0) * batch.chosen_logps / tokens_per_pair


def nll(batch: PairBatch) -> "Tensor":
    """Negative log-likelihood of the chosen answers per token of each, weighted by `pull`.

    IRPO's term (Pang et al., 2024, eq. 1): a long answer pulls no harder than a short one.
    """
    per_token = batch.chosen_logps / batch.chosen_tokens.clamp(min=1)
    return -batch.weight * batch.pull.clamp(min=0) * per_token


def dpo_sft(batch: PairBatch, settings: LossSettings) -> "Tensor":
    """DPO with a share of SFT, which keeps the chosen answers likely."""
    return dpo(batch, settings) + settings.sft_weight * sft(batch, settings)


def dpop(batch: PairBatch, settings: LossSettings) -> "Tensor":
    """See `dpop_loss`."""
    return dpop_loss(
        batch.chosen_scores,
        batch.rejected_scores,
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


def orpo(batch: PairBatch, settings: LossSettings) -> "Tensor":
    """ORPO (Hong et al., 2024, eq. 6 and 7): SFT − λ log σ(log odds ratio), without a reference.

    λ is `settings.beta`; odds are of the mean log-probability per token. An uncertain label is
    taken as in `mixed_loss`.
    """
    chosen = _log_odds(batch.chosen_logps / batch.chosen_tokens.clamp(min=1))
    rejected = _log_odds(batch.rejected_logps / batch.rejected_tokens.clamp(min=1))
    preference = mixed_loss(chosen - rejected, batch.p_w, batch.p_l, batch.weight)
    return sft(batch, settings) + settings.beta * preference


def _log_odds(logps: "Tensor") -> "Tensor":
    """Return log(p / (1 − p)); p is kept a step below 1, where the odds are infinite."""
    import torch

    below_zero = logps.clamp(max=-torch.finfo(logps.dtype).eps)
    return below_zero - torch.log(-torch.expm1(below_zero))
