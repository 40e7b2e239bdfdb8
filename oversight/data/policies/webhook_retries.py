"""When a message that was not taken is sent again. Pure: the draw is handed in.

The pauses are those that Standard Webhooks recommends; together some three days.
"""

from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

MINUTE, HOUR = 60.0, 3600.0
PAUSES = [
    *(5.0, 5 * MINUTE, 30 * MINUTE),
    *(2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR),
]
JITTER = 0.2  # of the pause, so that what failed together does not come together again
LONGEST_WISH = 24 * HOUR


def pause_after(attempts: int, *, draw: float, wished: float = 0.0) -> timedelta | None:
    """Return how long to wait after so many attempts; None: it is given up.

    `draw` is in [0, 1); `wished` are the seconds that the receiver asked for.
    """
    if attempts > len(PAUSES):
        return None
    pause = PAUSES[attempts - 1] * (1 + JITTER * draw)
    return timedelta(seconds=max(pause, min(wished, LONGEST_WISH)))


def wished_seconds(retry_after: str, now: datetime) -> float:
    """Return what a `Retry-After` header asks for: seconds or a date; 0 where it says neither."""
    text = retry_after.strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        return max(0.0, (parsedate_to_datetime(text) - now).total_seconds())
    except (TypeError, ValueError):
        return 0.0
