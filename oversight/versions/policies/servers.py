"""How long a server that does not answer is left alone, and what is told of it. Pure."""

from datetime import timedelta

FIRST_REST, LONGEST_REST = timedelta(seconds=2), timedelta(seconds=300)


def rest_after(failures: int) -> timedelta:
    """Return how long it rests after so many tries in a row that came to nothing."""
    return min(FIRST_REST * 2.0 ** min(failures - 1, 10), LONGEST_REST)


def waiting_words(name: str, location: str, error: str, seconds: float) -> str:
    """Return in a sentence what is waited for, why, and for how long."""
    said = error.strip().rstrip(".")
    return f"Waiting for {name} at {location}, next try {_in(seconds)}. Last error: {said}."


def _in(seconds: float) -> str:
    whole = round(seconds)
    if whole < 1:
        return "now"
    if whole < 90:
        return "in 1 second" if whole == 1 else f"in {whole} seconds"
    return f"in {round(whole / 60)} minutes"
