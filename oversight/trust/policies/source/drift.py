"""Whether people agree with a source less than they did: suddenly, or little by little."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr
from scipy.stats import fisher_exact

from oversight.statistics.intervals import clopper_pearson

# Looked at after every round, so stricter than .05: in 20 rounds without drift one false alarm in
# about five campaigns for either sign.
SURE = 0.01
LEAST_AUDITS = 10  # in the newest round and in those before it


@dataclass(frozen=True)
class RoundAgreement:
    """People's agreement with the source on a round's random audits, its 95 % exact interval."""

    round: int
    audited: int
    agreement: float
    low: float
    high: float


@dataclass(frozen=True)
class Drift:
    """`alarm` is empty where nothing is to be seen. `p_sudden`: the newest round against all before
    it; `p_trend`: a fall over the rounds; None where there are too few audits to tell."""

    rounds: tuple[RoundAgreement, ...]
    p_sudden: float | None
    p_trend: float | None
    alarm: str


def measure_drift(audits: Sequence[tuple[int, bool]]) -> Drift:
    """Look for a falling agreement in (round, whether people agreed) of each randomly audited pair.

    Only falls raise the alarm: the newest round by Fisher's exact test, a slow one by the test for
    trend of Cochran (1954) and Armitage (1955).
    """
    total = Counter(number for number, _ in audits)
    right = Counter(number for number, agrees in audits if agrees)
    numbers = sorted(total)
    rounds = tuple(
        RoundAgreement(n, total[n], right[n] / total[n], *clopper_pearson(right[n], total[n]))
        for n in numbers
    )
    newest = numbers[-1] if numbers else 0
    if total[newest] < LEAST_AUDITS or len(audits) - total[newest] < LEAST_AUDITS:
        return Drift(rounds, None, None, "")
    earlier = len(audits) - total[newest], right.total() - right[newest]
    table = [[right[newest], total[newest] - right[newest]], [earlier[1], earlier[0] - earlier[1]]]
    p_sudden = float(fisher_exact(np.array(table), alternative="less").pvalue)
    p_trend = _falling_trend(audits)
    return Drift(rounds, p_sudden, p_trend, _alarm(rounds[-1], earlier, p_sudden, p_trend))


def _falling_trend(audits: Sequence[tuple[int, bool]]) -> float:
    """Return the one-sided p-value of Cochran and Armitage's test: small where agreement falls."""
    number = np.array([n for n, _ in audits], dtype=np.float64)
    agrees = np.array([is_right for _, is_right in audits], dtype=np.float64)
    number -= number.mean()
    share = agrees.mean()
    spread = share * (1 - share) * (number**2).sum()
    return 1.0 if spread == 0 else float(ndtr((number @ agrees) / np.sqrt(spread)))


def _alarm(
    newest: RoundAgreement, earlier: tuple[int, int], p_sudden: float, p_trend: float
) -> str:
    if p_sudden < SURE:
        before = earlier[1] / earlier[0]
        return (
            f"people agree with {newest.agreement:.0%} of {newest.audited} audits in round "
            f"{newest.round}, with {before:.0%} of {earlier[0]} before (p = {p_sudden:.4f})"
        )
    if p_trend < SURE:
        return f"people agree less from round to round (p = {p_trend:.4f})"
    return ""
