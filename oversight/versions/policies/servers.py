"""How long a server that does not answer is left alone, and what is told of it. Pure."""

from datetime import timedelta

from oversight.policies.durations import in_words

FIRST_REST, LONGEST_REST = timedelta(seconds=2), timedelta(seconds=300)


def rest_after(failures: int) -> timedelta:
    """Return how long it rests after so many tries in a row that came to nothing."""
    return min(FIRST_REST * 2.0 ** min(failures - 1, 10), LONGEST_REST)


def waiting_words(name: str, location: str, error: str, seconds: float) -> str:
    """Return in a sentence what is waited for, why, and for how long."""
    said = error.strip().rstrip(".")
    when = f"in {in_words(seconds)}" if seconds >= 0.5 else "now"
    return f"Waiting for {name} at {location}, next try {when}. Last error: {said}."
