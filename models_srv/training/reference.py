"""The reference's log-probabilities: computed once for a run, kept across runs of the same pairs."""

import contextlib
import hashlib
import json
import os
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

from models_srv.artifacts import folder_sha256
from models_srv.training.collator import REFERENCE
from models_srv.training.config import TrainingConfig
from models_srv.training.rows import Row

Logps = dict[str, list[list[float]]]  # by column, then row: one number per token of the answer


@dataclass(frozen=True)
class ReferenceCache:
    """A folder of reference log-probabilities, one file per (rows, model) hash; None: keep none.

    The rows' token ids stand for the snapshot, the template and the tokenizer at once.
    """

    folder: Path | None
    model: str

    def get(
        self,
        rows: list[Row],
        compute: Callable[[], Logps],
        share: Callable[[Logps | None], Logps | None] = lambda known: known,
    ) -> Logps:
        """Return the rows' log-probabilities, from the folder where they are known.

        `share` makes what one of several processes knows known to all.
        """
        path = self.folder / f"{self._key(rows)}.safetensors" if self.folder else None
        if (known := share(_read(path, rows) if path else None)) is not None:
            return known
        logps = compute()
        if path:
            _write(path, logps)
        return logps

    def _key(self, rows: list[Row]) -> str:
        digest = hashlib.sha256(self.model.encode())
        for row in rows:
            ids = [row["prompt_ids"], *(row[key] for key in REFERENCE if key in row)]
            digest.update(json.dumps(ids).encode() + b"\n")
        return digest.hexdigest()


def reference_cache(config: TrainingConfig, model: Any) -> ReferenceCache:
    """Return the run's cache; the key holds the reference's files, or its name and commit."""
    if not config.cache_dir:
        return ReferenceCache(None, "")
    adapter = config.adapter if config.reference == "parent" else ""
    names = [_content(config.base_model, model), _content(adapter, model), str(model.dtype)]
    return ReferenceCache(Path(config.cache_dir), json.dumps(names))


def _content(location: str, model: Any) -> str:
    if location and Path(location).is_dir():
        return folder_sha256(Path(location))
    return f"{location}@{getattr(model.config, '_commit_hash', None)}"


def _read(path: Path, rows: list[Row]) -> Logps | None:
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    if not path.exists():
        return None
    with contextlib.suppress(SafetensorError):
        tensors = load_file(path)
        logps = {
            name: _split(tensors[name].tolist(), tensors[f"{name}.lengths"].tolist())
            for name in REFERENCE.values()
            if name in tensors
        }
        if all(len(column) == len(rows) for column in logps.values()):
            return logps
    return None  # damaged: computed anew and replaced


def _split(values: list[float], lengths: Iterable[int]) -> list[list[float]]:
    return [values[start:end] for start, end in pairwise(accumulate(lengths, initial=0))]


def _write(path: Path, logps: Logps) -> None:
    import torch
    from safetensors.torch import save_file

    tensors = {}
    for name, column in logps.items():
        tensors[name] = torch.tensor([value for row in column for value in row])
        tensors[f"{name}.lengths"] = torch.tensor([len(row) for row in column])
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
    save_file(tensors, part)
    os.replace(part, path)
