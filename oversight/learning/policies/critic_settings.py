"""By what a critic is trained: what did best on the starter critic (benchmarks/LOG.md). Pure."""

from collections.abc import Mapping

# By the names of a campaign's settings of training.
TRAINED_BY: Mapping[str, str | float | int] = {
    "loss": "sft",
    "beta": 0.1,
    "learning_rate": 5e-5,
    "epochs": 2.0,
    "batch_size": 16,
    "reference": "parent",
}
