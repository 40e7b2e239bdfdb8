"""Preference datasets as files."""

import os
import tempfile
from pathlib import Path
from typing import IO

from oversight.models import Campaign
from oversight.selectors.preferences import preference_lines


def export_preferences(*, campaign: Campaign, path: Path) -> int:
    """Write the campaign's preferences as JSON lines; return how many.

    Whoever reads `path` sees the old file or the whole new one, never a part. Raises OSError.
    """
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            count = write_preferences(campaign=campaign, stream=stream)
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return count


def write_preferences(*, campaign: Campaign, stream: IO[bytes]) -> int:
    """Write the campaign's preferences to an open stream, row by row; return how many."""
    count = 0
    for line in preference_lines(campaign):
        stream.write(line)
        count += 1
    return count
