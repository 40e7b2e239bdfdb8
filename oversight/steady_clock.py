"""A clock that only goes forward, for what is to happen at intervals.

The machine's clock is set back at times (by hand, by a time server, when a virtual machine wakes up):
whoever waits for a time of day that has been already would wait for hours.
"""

from datetime import UTC, datetime, timedelta
from time import monotonic

from celery.schedules import schedule

_began, _began_at = monotonic(), datetime.now(UTC)


def steady_now() -> datetime:
    """Return the time as it was when this process began, and what has passed since then."""
    return _began_at + timedelta(seconds=monotonic() - _began)


def every(seconds: float) -> schedule:
    """Return a schedule for beat that takes no notice of the machine's clock being set."""
    return schedule(seconds, nowfun=steady_now)
