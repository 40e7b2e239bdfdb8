"""When a rest is due. Times are seconds since the epoch, durations seconds."""

from collections.abc import Sequence

REST = 300.0  # so long a pause counts as a rest
PUT_OFF = 600.0  # so much more work a break may be put off by, once


def filled_spells(spells: Sequence[tuple[float, float | None]]) -> list[tuple[float, float]]:
    """Return the spells (newest first) with the active seconds that are not known put in.

    They are the time since the spell before, where that is no rest: somebody was at work.
    """
    found = []
    for at, (end, active) in enumerate(spells):
        before = spells[at + 1][0] if at + 1 < len(spells) else end
        gap = end - before
        found.append((end, active if active is not None else gap if gap < REST else 0.0))
    return found


def worked_since_rest(spells: Sequence[tuple[float, float]], since: float) -> float:
    """Return the active seconds since the last rest.

    `spells` are (end, active seconds) of each answer, newest first. A pause of REST between two
    answers ends the count, and so does `since`, the end of the last break.
    """
    worked, later_start = 0.0, None
    for end, active in spells:
        if end <= since or (later_start is not None and later_start - end >= REST):
            break
        worked += active
        later_start = end - active
    return worked


def is_break_due(
    spells: Sequence[tuple[float, float]], *, now: float, since: float, limit: float
) -> bool:
    """Whether `limit` seconds were worked without a rest, and the work goes on."""
    if not spells or now - spells[0][0] >= REST:
        return False
    return worked_since_rest(spells, since) >= limit
