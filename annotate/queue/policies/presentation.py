"""How an item is put before one person: the order of what it compares, and the critique's arm."""

from collections.abc import Mapping
from random import Random

LETTERS = "abcd"


def draw_order(count: int, rng: Random) -> str:
    """Return a random order of the first `count` letters, each order equally likely."""
    letters = list(LETTERS[:count])
    rng.shuffle(letters)
    return "".join(letters)


def draw_arm(shares: Mapping[str, float], usual: str, rng: Random) -> tuple[str, float]:
    """Return an arm and the probability that it had: its share, or what they leave for the usual one.

    The shares add up to at most 1, but for rounding.
    """
    at = rng.random()
    for arm, share in shares.items():
        if at < share:
            return arm, share
        at -= share
    # Shares of exactly 1 leave nothing; rounding may still lead here.
    left = 1.0 - sum(shares.values())
    if left > 0:
        return usual, left
    arm = max(shares, key=lambda name: shares[name])
    return arm, shares[arm]
