"""What is logged of a batch: rewards, drift from the reference, divergence."""

from typing import TYPE_CHECKING

from models_srv.dpo import PairBatch

if TYPE_CHECKING:
    from torch import Tensor


def batch_figures(batch: PairBatch, token_logratios: "Tensor", beta: float) -> "dict[str, Tensor]":
    """Return the values of each figure, to be averaged; a figure without values has none.

    `rewards/…` are β · log-ratio, `drift/chosen` and `drift/rejected` the log-ratios themselves in
    nats per answer (below 0: less likely than under the reference). `kl` is KL(π_ref ‖ π) in nats
    per token, by the estimator π/π_ref − 1 − log π/π_ref (Schulman, 2020) over the answers' tokens:
    never below 0, unbiased where the reference wrote them, and blind to what pairing selects.
    `token_logratios` has shape (answer tokens of the batch,).
    """
    up, down = batch.chosen_tokens > 0, batch.rejected_tokens > 0
    chosen = batch.chosen_logratios.detach()
    rejected = batch.rejected_logratios.detach()
    figures = {
        "rewards/chosen": beta * chosen[up],
        "rewards/rejected": beta * rejected[down],
        "rewards/margins": beta * (chosen - rejected)[up & down],
        "rewards/accuracies": (chosen > rejected)[up & down].float(),
        "logps/chosen": batch.chosen_logps.detach()[up],
        "logps/rejected": batch.rejected_logps.detach()[down],
        "drift/chosen": chosen[up],
        "drift/rejected": rejected[down],
        "kl": token_logratios.expm1() - token_logratios,
    }
    return figures
