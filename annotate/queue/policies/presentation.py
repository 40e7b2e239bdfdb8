"""How an item is put before one person: the order of what it compares, and the critique's arm."""

from random import Random

LETTERS = "abcd"


def draw_order(count: int, rng: Random) -> str:
    """Return a random order of the first `count` letters, each order equally likely."""
    letters = list(LETTERS[:count])
    rng.shuffle(letters)
    return "".join(letters)


def draw_arm(hidden_share: float, blind_first_share: float, rng: Random) -> tuple[str, float]:
    """Return the arm (`hidden`, `blind_first` or `shown`) and the probability that it had."""
    at = rng.random()
    if at < hidden_share:
        return "hidden", hidden_share
    if at < hidden_share + blind_first_share:
        return "blind_first", blind_first_share
    # A share of exactly 1 leaves nothing; rounding may still lead here.
    shown_share = 1.0 - hidden_share - blind_first_share
    return ("shown", shown_share) if shown_share > 0 else ("hidden", hidden_share)
