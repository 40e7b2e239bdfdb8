"""How much of the active time that a browser claims can be so."""

from datetime import datetime

CLOCK_SLACK = 1.0  # seconds; the browser counts in half seconds


def believed_seconds(claimed: float | None, *, since: datetime, now: datetime) -> float | None:
    """Return the claim, at most the time that passed since the item was leased; seconds."""
    if claimed is None:
        return None
    return min(claimed, max(0.0, (now - since).total_seconds()) + CLOCK_SLACK)
