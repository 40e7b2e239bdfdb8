"""A snapshot's files: written once, kept to be read from in parts, and made again when they are gone.

Its rows never change, so neither do the bytes. What is kept is no record: it may be deleted at any time.
"""

import hashlib
from pathlib import Path

from django.conf import settings

from oversight.data.selectors.datasets import Dataset, Wanted
from oversight.data.selectors.encodings import Encoding, encoded
from oversight.models import Snapshot

from .exports import export_file

WRITTEN_BY = "2"  # another number where the same rows come to be written in other bytes
MOST_BYTES = 4 * 1024**3


def snapshot_file(*, snapshot: Snapshot, dataset: Dataset, encoding: Encoding) -> Path:
    """Return the file with the snapshot's rows in this shape. Raises OSError where it has no room."""
    folder = settings.VAR / "exports"
    path: Path = folder / file_name(snapshot, dataset, encoding)
    if path.exists():
        path.touch()  # used last now
        return path
    folder.mkdir(parents=True, exist_ok=True)
    wanted = Wanted(snapshot.campaign, snapshot=snapshot)
    export_file(blocks=encoded(dataset, wanted, encoding), path=path)
    _make_room(folder, keep=path)
    return path


def file_name(snapshot: Snapshot, dataset: Dataset, encoding: Encoding) -> str:
    start = f"{snapshot.campaign_id}-{snapshot.sha256}-{WRITTEN_BY}"
    return f"{start}-{dataset.name}.{encoding.compression}{encoding.ending}"


def file_sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _make_room(folder: Path, keep: Path) -> None:
    """Delete what was used longest ago, until no more than MOST_BYTES are kept."""
    files = sorted(folder.glob("[!.]*"), key=lambda each: each.stat().st_mtime, reverse=True)
    used = 0
    for file in files:
        used += file.stat().st_size
        if used > MOST_BYTES and file != keep:
            file.unlink(missing_ok=True)
