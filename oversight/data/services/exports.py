"""Datasets as files: preferences, and whatever else comes as lines."""

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import IO

from oversight.data.selectors.preferences import preference_lines
from oversight.models import Campaign


def export_preferences(*, campaign: Campaign, path: Path) -> int:
    """Write the campaign's preferences as JSON lines; return how many. Raises OSError."""
    return export_lines(lines=preference_lines(campaign), path=path)


def export_lines(*, lines: Iterable[bytes], path: Path) -> int:
    """Write the lines to a file; return how many.

    Whoever reads `path` sees the old file or the whole new one, never a part. Raises OSError.
    """
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            count = write_lines(lines=lines, stream=stream)
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return count


def write_lines(*, lines: Iterable[bytes], stream: IO[bytes]) -> int:
    """Write the lines to an open stream, one by one; return how many."""
    count = 0
    for line in lines:
        stream.write(line)
        count += 1
    return count
