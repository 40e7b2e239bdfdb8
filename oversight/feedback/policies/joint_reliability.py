"""How far what several people said of one item is right, from how right each of them is."""

import math
from collections.abc import Sequence


def joint_reliability(agreeing: Sequence[float], differing: Sequence[float]) -> float:
    """Return P(what the agreeing say is right), from each one's probability to be right, in (0, 1).

    Both answers are as likely beforehand and people err independently: the odds multiply (the
    one-coin model of Dawid and Skene, 1979). Among equals only their lead counts.
    """
    log_odds = sum(map(_log_odds, agreeing)) - sum(map(_log_odds, differing))
    return 1 / (1 + math.exp(-log_odds))


def _log_odds(p: float) -> float:
    return math.log(p / (1 - p))
