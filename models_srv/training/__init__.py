"""Preference training in a process of its own: start it, watch it, stop it."""

from models_srv.training.config import TrainingConfig, read_config, write_config
from models_srv.training.process import (
    TrainingRefusedError,
    TrainingStatus,
    cancel_training,
    read_metrics,
    start_training,
    training_status,
)

__all__ = [
    "TrainingConfig",
    "TrainingRefusedError",
    "TrainingStatus",
    "cancel_training",
    "read_config",
    "read_metrics",
    "start_training",
    "training_status",
    "write_config",
]
