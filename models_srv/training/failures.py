"""What a person is told when a training run fails."""

import errno

from models_srv.types import ModelError


def one_line(error: BaseException) -> str:
    """Return the reason of a failure in one readable line."""
    text = " ".join(str(error).split())
    if _is_disk_full(error, text):
        return "The disk is full: free some space and start the run again."
    if "out of memory" in text.lower() or isinstance(error, MemoryError):
        return "Out of memory: use a smaller batch_size (with gradient_accumulation) or max_length."
    if isinstance(error, ModelError):
        return text
    return f"{type(error).__name__}: {text}"[:500]


def _is_disk_full(error: BaseException, text: str) -> bool:
    # safetensors reports the system's error in its text only.
    is_system_error = isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)
    return is_system_error or "No space left on device" in text or "os error 28" in text
