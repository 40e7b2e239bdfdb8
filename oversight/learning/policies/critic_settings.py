"""By what a critic is trained: what did best on the starter critic (benchmarks/LOG.md). Pure."""

from collections.abc import Mapping

# By the names of a campaign's settings of training.
TRAINED_BY: Mapping[str, str | float | int] = {
    "loss": "dpo",
    "beta": 0.1,
    "nll_weight": 0.2,
    "learning_rate": 3e-5,
    "epochs": 3.0,
    "batch_size": 16,
    "reference": "parent",
}
