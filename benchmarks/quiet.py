"""Libraries that say nothing while a benchmark runs."""

import os


def threads() -> int:
    return int(os.environ.get("OMP_NUM_THREADS", "1"))


def hush() -> None:
    """Turn off progress bars and warnings, and hold torch to OMP_NUM_THREADS (1 unless set)."""
    os.environ["TQDM_DISABLE"] = "1"
    import datasets
    import torch
    import transformers

    torch.set_num_threads(threads())
    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    datasets.disable_progress_bars()
