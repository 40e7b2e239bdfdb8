"""Loading a model by its spec, and keeping the last few loaded."""

import gc
import threading
from collections import OrderedDict
from importlib.util import find_spec
from pathlib import Path

from models_srv.artifacts import folder_sha256
from models_srv.backends.memory import free_bytes, weights_bytes
from models_srv.backends.own import own_backend
from models_srv.types import Backend, ModelMisconfigured, ModelSpec, ModelUnavailable

CACHE_SIZE = 4

_CacheKey = tuple[ModelSpec, int, int]
_cache: OrderedDict[_CacheKey, Backend] = OrderedDict()
_lock = threading.Lock()


def load_backend(spec: ModelSpec) -> Backend:
    """Return the backend of `spec`, from this process's cache where its files have not changed.

    Raises ModelMisconfigured where it cannot be loaded. Loading happens under one lock, so that two
    threads never hold the same weights twice.
    """
    with _lock:
        key = (spec, _newest_mtime(spec.location), _newest_mtime(spec.adapter))
        if key not in _cache:
            _forget_older(spec)
            _cache[key] = _load(spec)
        _cache.move_to_end(key)
        while len(_cache) > CACHE_SIZE:
            _cache.popitem(last=False)
        return _cache[key]


def clear_cache() -> None:
    """Forget every loaded model (their memory is freed once no caller holds them)."""
    with _lock:
        _cache.clear()


def _load(spec: ModelSpec) -> Backend:
    """Build the backend. In process, models that others are done with make room for it first."""
    if spec.backend != "transformers":
        return _build(spec)
    _make_room(spec)
    try:
        return _build(spec)
    except ModelUnavailable:
        if not _forget_one():
            raise
    return _load(spec)


def _make_room(spec: ModelSpec) -> None:
    import torch

    is_gpu = torch.cuda.is_available()
    wanted = weights_bytes(spec, is_gpu=is_gpu)
    while wanted > free_bytes(is_gpu=is_gpu) and _forget_one():
        gc.collect()  # modules hold each other in rings


def _forget_one() -> bool:
    """Let go of the model in process that was asked the longest ago; whether there was one."""
    oldest = next((key for key in _cache if key[0].backend == "transformers"), None)
    if oldest is not None:
        del _cache[oldest]
    return oldest is not None


def _build(spec: ModelSpec) -> Backend:
    if spec.backend == "transformers":
        _require_libraries()
        _require_same_files(spec)
        from models_srv.backends.local import LocalBackend

        return LocalBackend(spec)
    if spec.backend == "openai":
        from models_srv.backends.openai_compatible import OpenAIBackend

        return OpenAIBackend(spec)
    return own_backend(spec)


def _require_libraries() -> None:
    missing = [name for name in ("torch", "transformers") if find_spec(name) is None]
    if missing:
        raise ModelMisconfigured(
            f"This worker has no {' and '.join(missing)}: models in process need the extra “models” "
            "(pip install 'oversight[models]'), or a server that serves them."
        )


def _require_same_files(spec: ModelSpec) -> None:
    folder = Path(spec.adapter or spec.location)
    if not spec.sha256 or not folder.is_dir():
        return
    found = folder_sha256(folder)
    if found != spec.sha256:
        raise ModelMisconfigured(
            f"The files in {folder} are not those of this version: their sha256 is {found[:12]}… and "
            f"was {spec.sha256[:12]}…. Put the old files back, or roll back to another version."
        )


def _forget_older(spec: ModelSpec) -> None:
    """Drop the same spec with older files before the new ones are read, to hold one copy only."""
    for key in [key for key in _cache if key[0] == spec]:
        del _cache[key]


def _newest_mtime(location: str) -> int:
    """Return the newest modification time (ns) in a local folder, 0 where it is not a folder."""
    if not location:
        return 0
    folder = Path(location)
    if not folder.is_dir():
        return 0
    return max((path.stat().st_mtime_ns for path in folder.iterdir() if path.is_file()), default=0)
