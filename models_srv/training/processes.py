"""One run in several processes, as `accelerate launch` starts them: who speaks, and what each does."""

import os

from models_srv.training.config import TrainingConfig
from models_srv.types import ModelMisconfigured


def process_count() -> int:
    return int(os.environ.get("WORLD_SIZE", "1"))


def is_first() -> bool:
    """Whether this process is the one that speaks for all: it holds the lock, and saves the model."""
    return os.environ.get("RANK", "0") == "0"


def is_sharded() -> bool:
    """Whether the weights are spread over the processes (FSDP), by what accelerate says of it."""
    return os.environ.get("ACCELERATE_USE_FSDP", "false").lower() in ("true", "1")


def own_batch_size(config: TrainingConfig) -> int:
    """Return how many of a batch's pairs are each process's. Raises ModelMisconfigured if uneven."""
    count = process_count()
    if config.batch_size % count:
        raise ModelMisconfigured(
            f"batch_size {config.batch_size} cannot be shared evenly by {count} processes."
        )
    return config.batch_size // count
