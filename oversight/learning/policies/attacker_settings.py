"""By what an attacker is trained: what did best on the starter attacker (benchmarks/LOG.md). Pure."""

from collections.abc import Mapping

# By the names of a campaign's settings of training.
TRAINED_BY: Mapping[str, str | float | int] = {
    "loss": "dpo_sft",
    "beta": 0.1,
    "learning_rate": 3e-4,
    "epochs": 3.0,
    "batch_size": 16,
    "reference": "parent",
}
