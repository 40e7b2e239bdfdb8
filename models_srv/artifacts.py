"""Files that must be whole or absent: results, model folders, and the hashes that name them."""

import contextlib
import hashlib
import json
import os
import re
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_BLOCK_BYTES = 1 << 20


def folder_sha256(folder: Path) -> str:
    """Return the sha256 of a folder: its files' relative names, sorted, each with its contents.

    Times, owners and empty folders do not count.
    """
    digest = hashlib.sha256()
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*")}
    for name in sorted(name for name, path in files.items() if path.is_file()):
        # Lengths first, so that no two folders can write the same stream.
        digest.update(f"{len(name.encode())}:{files[name].stat().st_size}:{name}".encode())
        with files[name].open("rb") as stream:
            while block := stream.read(_BLOCK_BYTES):
                digest.update(block)
    return digest.hexdigest()


def write_json(path: Path, value: Mapping[str, Any]) -> None:
    """Write JSON so that a reader sees the old file or the whole new one, after a crash too."""
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        with part.open("w", encoding="utf-8") as stream:
            json.dump(value, stream, ensure_ascii=False, indent=1)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(path)
        _sync(path.parent)
    finally:
        part.unlink(missing_ok=True)


def read_json(path: Path) -> dict[str, Any] | None:
    """Return what `write_json` wrote, None where there is no such file."""
    with contextlib.suppress(FileNotFoundError):
        value: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return value
    return None


def publish_folder(part: Path, final: Path) -> None:
    """Give a finished folder its name, once its files are on the disk."""
    for path in part.rglob("*"):
        if path.is_file():
            _sync(path)
    part.replace(final)
    _sync(final.parent)


def folder_name(role: str, name: str, revision: str) -> str:
    """Return the folder's name for a model version: letters, digits, dots and dashes only."""
    parts = (re.sub(r"[^\w.-]+", "-", part).strip(".-") for part in (role, name, revision))
    return "--".join(part or "none" for part in parts)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
