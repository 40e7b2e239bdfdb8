"""Exact binomial intervals."""

from scipy.special import betaincinv


def clopper_pearson_upper(errors: int, trials: int, confidence: float) -> float:
    """Return the one-sided upper bound of a rate: it covers with at least `confidence`.

    Clopper and Pearson (1934); 1 where there were no trials.
    """
    if errors >= trials:
        return 1.0
    return float(betaincinv(errors + 1, trials - errors, confidence))


def clopper_pearson_lower(successes: int, trials: int, confidence: float) -> float:
    """Return the one-sided lower bound of a rate: it covers with at least `confidence`."""
    return 1 - clopper_pearson_upper(trials - successes, trials, confidence)


def clopper_pearson(successes: int, trials: int, confidence: float = 0.95) -> tuple[float, float]:
    """Return the two-sided interval, (1 − confidence) / 2 beyond either end at most."""
    one_sided = (1 + confidence) / 2
    return (
        clopper_pearson_lower(successes, trials, one_sided),
        clopper_pearson_upper(successes, trials, one_sided),
    )
