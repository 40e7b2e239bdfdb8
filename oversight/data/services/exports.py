"""Datasets as files: whole ones or none."""

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import IO

from oversight.data.selectors.datasets import Wanted, registered
from oversight.data.selectors.encodings import Encoding, encoded
from oversight.models import Campaign


def export_preferences(*, campaign: Campaign, path: Path) -> int:
    """Write the campaign's preferences, simulated ones too, as JSON lines; return how many bytes.

    Raises OSError.
    """
    wanted = Wanted(campaign, simulated=True)
    return export_file(blocks=encoded(registered()["preferences"], wanted, Encoding()), path=path)


def export_file(*, blocks: Iterable[bytes], path: Path) -> int:
    """Write the blocks to a file; return how many bytes.

    Whoever reads `path` sees the old file or the whole new one, never a part. Raises OSError.
    """
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            count = write_blocks(blocks=blocks, stream=stream)
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return count


def write_blocks(*, blocks: Iterable[bytes], stream: IO[bytes]) -> int:
    """Write the blocks to an open stream, one by one; return how many bytes."""
    count = 0
    for block in blocks:
        stream.write(block)
        count += len(block)
    return count
