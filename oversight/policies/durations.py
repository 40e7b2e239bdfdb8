"""How long something takes or has taken, in words."""


def in_words(seconds: float) -> str:
    """Return a time as exactly as people need it: "45 seconds", "3 hours and 20 minutes".

    Never in days: eighty hours of work are not three days of it.
    """
    if round(seconds) < 60:
        return _counted(round(seconds), "second")
    minutes = round(seconds / 60)
    if minutes < 60:
        return _counted(minutes, "minute")
    hours, rest = divmod(minutes, 60)
    whole = _counted(hours, "hour")
    return f"{whole} and {_counted(rest, 'minute')}" if rest and hours < 10 else whole


def _counted(count: int, one: str) -> str:
    return f"1 {one}" if count == 1 else f"{count:,} {one}s"
