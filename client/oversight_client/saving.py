"""A file on its way to disk: whole or not at all, and going on where it broke off."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from tqdm import tqdm

from .addresses import Compression, Format

AS_IT_IS = {"Accept-Encoding": "identity"}  # a part of a packed body begins nowhere
PACKED: dict[str, Compression] = {".gz": "gzip", ".zst": "zstd"}
FORMATS: dict[str, Format] = {".jsonl": "jsonl", ".csv": "csv", ".parquet": "parquet"}


def how(
    path: Path, format: Format | None, compression: Compression | None
) -> tuple[Format, Compression]:
    """Return how a file of this name is written, where nothing else is asked for.

    Raises ValueError where neither says a format.
    """
    *_, before, last = ["", "", *path.suffixes]
    packed = PACKED.get(last)
    kind = format or FORMATS.get(before if packed else last)
    if kind is None:
        raise ValueError(f"Say a format, or end the name in {', '.join(FORMATS)}: {path.name}")
    return kind, compression or packed or "none"


class Saving:
    """What is there of `path` lies beside it as `.part`, with the ETag of what it is a part of."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.part = path.with_name(f"{path.name}.part")
        self.tag = path.with_name(f"{path.name}.etag")

    def headers(self) -> dict[str, str]:
        """Ask for the rest where the bytes are fixed; who made other bytes meanwhile sends all."""
        if self.part.exists() and self.tag.exists() and self.part.stat().st_size:
            size = self.part.stat().st_size
            return {"Range": f"bytes={size}-", "If-Range": self.tag.read_text()}
        return {}

    @contextmanager
    def opened(self, response: httpx.Response) -> Iterator[Any]:
        """Open the part for the answer's bytes; once they are all there it becomes the file."""
        etag = response.headers.get("etag")
        if response.status_code != httpx.codes.PARTIAL_CONTENT:
            self.part.unlink(missing_ok=True)
        if etag:
            self.tag.write_text(etag)
        with self.part.open("ab") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        self.part.replace(self.path)
        self.tag.unlink(missing_ok=True)


def bar(response: httpx.Response, name: str, *, is_shown: bool) -> "tqdm[Any]":
    length = response.headers.get("content-length")
    total = int(length) if length else None
    return tqdm(
        total=total, desc=name, unit="B", unit_scale=True, unit_divisor=1024, disable=not is_shown
    )
