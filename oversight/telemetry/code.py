"""Which code a process runs: the number of its newest migration."""

from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APPS = ("oversight", "annotate")


@cache
def newest_migration(app: str) -> str:
    """Return the name of the newest migration that this code brings: 0064_picture_numbers."""
    return max(path.stem for path in (ROOT / app / "migrations").glob("[0-9]*.py"))


def code_version() -> int:
    """Return what grows with the code. Whoever changes what a unit of work means adds a migration,

    an empty one where no record changes: workers of older code leave newer rounds alone.
    """
    return int(newest_migration("oversight")[:4])
