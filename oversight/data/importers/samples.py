"""The small file of each format that ships with the project: what its maker's schema looks like."""

from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "samples"


@cache
def samples() -> dict[str, Path]:
    """Return the sample of each format that has one, by the format's name."""
    return {path.stem: path for path in sorted(FOLDER.iterdir()) if path.is_file()}
