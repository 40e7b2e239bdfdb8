"""How many tokens a model may hold at once, and whether another fits: found from the free memory."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from models_srv.types import ModelSpec

# The rest is left to other programs, and to what the estimates below leave out.
SHARE = 0.5
# Upper ends, whatever the memory: beyond them a batch gains nothing more.
CPU_ROWS, CPU_TOKENS = 64, 131_072
GPU_ROWS, GPU_TOKENS = 256, 1_048_576
CGROUP = Path("/sys/fs/cgroup")
# What the weights' files grow by in memory: to float32 on a CPU, GGUF unpacked from 4 bits or so.
_GROWTH = {False: {".safetensors": 2, ".bin": 2, ".gguf": 8}, True: {".gguf": 4}}
_WEIGHTS = (".safetensors", ".bin", ".gguf")


@dataclass(frozen=True)
class TokenBudget:
    """At most `rows` go together, and at most `tokens` in all: prompts and all that may be written.

    `row_tokens` is what a row costs beside its tokens (its probabilities of the next), in tokens.
    """

    tokens: int
    rows: int
    row_tokens: int = 0

    def fitting(self, lengths: Sequence[int]) -> int:
        """Return how many rows from the first on go together, at least one. `lengths` ascend."""
        count, most = 1, min(self.rows, len(lengths))
        while count < most and self._taken(count + 1, lengths[count]) <= self.tokens:
            count += 1
        return count

    def below(self, lengths: Sequence[int]) -> "TokenBudget":
        """Return half of what these rows took together."""
        return replace(self, tokens=self._taken(len(lengths), max(lengths)) // 2)

    def _taken(self, rows: int, longest: int) -> int:
        return rows * (longest + self.row_tokens)


def token_budget(model: Any) -> TokenBudget:
    """Return the budget of a model that is loaded, by its shape and the memory left beside it.

    A power of two, so that a little more or less free memory makes the same batches: how rows are
    put together changes no draw, but it may round the last digit of a probability otherwise.
    """
    config = model.config.get_text_config()
    is_gpu = model.device.type == "cuda"
    rows, most = (GPU_ROWS, GPU_TOKENS) if is_gpu else (CPU_ROWS, CPU_TOKENS)
    each = bytes_per_token(config, model.dtype.itemsize)
    found = max(int(SHARE * free_bytes(is_gpu=is_gpu)) // each, 1)
    return TokenBudget(
        tokens=min(most, 1 << (found.bit_length() - 1)),
        rows=rows,
        row_tokens=_BYTES_PER_WORD * config.vocab_size // each,
    )


# Of each next token's scores some six float32 copies are held: logits, probabilities, sorted, summed.
_BYTES_PER_WORD = 24


def bytes_per_token(config: Any, size: int) -> int:
    """Return what a token holds at most: its keys and values in all layers, a layer's own work.

    `size` is the bytes of a number. Layers that keep less (a window, a state) count as whole ones.
    """
    heads = config.num_attention_heads
    kept_heads = getattr(config, "num_key_value_heads", None) or heads
    head_size = getattr(config, "head_dim", None) or config.hidden_size // heads
    wide = getattr(config, "intermediate_size", None) or 4 * config.hidden_size
    kept = 2 * config.num_hidden_layers * kept_heads * head_size
    work = 6 * config.hidden_size + 3 * wide
    return int(size * (kept + work))


def free_bytes(*, is_gpu: bool) -> int:
    """Return the free bytes of all GPUs together, or of this machine within its container."""
    if not is_gpu:
        import psutil

        return min(int(psutil.virtual_memory().available), _free_in_container())
    import torch

    return sum(
        torch.cuda.mem_get_info(gpu)[0]
        + torch.cuda.memory_reserved(gpu)  # of which torch gives again what is not allocated
        - torch.cuda.memory_allocated(gpu)
        for gpu in range(torch.cuda.device_count())
    )


def _free_in_container() -> int:
    """Return what a container (cgroup v2) may still take; very much where there is no limit."""
    unlimited = 1 << 62
    try:
        limit = (CGROUP / "memory.max").read_text().strip()
        taken = int((CGROUP / "memory.current").read_text())
        kept = dict(line.split() for line in (CGROUP / "memory.stat").read_text().splitlines())
    except (OSError, ValueError):
        return unlimited
    if limit == "max":
        return unlimited
    return max(int(limit) - taken + int(kept.get("inactive_file", 0)), 0)


def weights_bytes(spec: ModelSpec, *, is_gpu: bool) -> int:
    """Return about what a model's weights will take, by its folder's files; 0 for a hub id."""
    folder = Path(spec.location)
    files = [path for path in folder.iterdir() if path.is_file()] if folder.is_dir() else []
    growth = _GROWTH[is_gpu]
    return sum(
        path.stat().st_size * growth.get(path.suffix, 1)
        for path in files
        if path.suffix in _WEIGHTS
    )


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error of torch says that there was no memory, on a GPU or on the CPU."""
    import torch

    words = "can't allocate memory"
    return isinstance(error, torch.OutOfMemoryError | MemoryError) or words in str(error)
