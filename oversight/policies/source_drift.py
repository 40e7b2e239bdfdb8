"""Whether people agree with a source less than they did."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import fisher_exact

from oversight.policies.intervals import clopper_pearson
from oversight.policies.judged_pairs import JudgedPair

SURE = 0.025  # one-sided: of forty measurements without any drift about one alarms


@dataclass(frozen=True)
class RoundAgreement:
    """Agreement among the random audits of one round, with its 95 % Clopper–Pearson interval."""

    round: int
    audited: int
    agreed: int
    agreement: float
    low: float
    high: float


@dataclass(frozen=True)
class Drift:
    """`alarm` says what has fallen, "" where nothing has beyond chance."""

    rounds: tuple[RoundAgreement, ...]
    alarm: str = ""


def measure_drift(pairs: Sequence[JudgedPair]) -> Drift:
    """Compare the last audited round with all before it, by Fisher's exact test, one-sided."""
    by_round: dict[int, list[bool]] = {}
    for pair in pairs:
        if pair.is_audited:
            by_round.setdefault(pair.round, []).append(pair.agrees)
    rounds = tuple(_agreement(number, by_round[number]) for number in sorted(by_round))
    return Drift(rounds, _alarm(rounds))


def _agreement(number: int, agrees: Sequence[bool]) -> RoundAgreement:
    low, high = clopper_pearson(sum(agrees), len(agrees))
    return RoundAgreement(
        number, len(agrees), sum(agrees), sum(agrees) / len(agrees), float(low), float(high)
    )


def _alarm(rounds: Sequence[RoundAgreement]) -> str:
    if len(rounds) < 2:
        return ""
    last = rounds[-1]
    agreed = sum(each.agreed for each in rounds[:-1])
    audited = sum(each.audited for each in rounds[:-1])
    table = np.array([[last.agreed, last.audited - last.agreed], [agreed, audited - agreed]])
    if fisher_exact(table, alternative="less").pvalue >= SURE:
        return ""
    return (
        f"people agreed with the critic in {last.agreed} of {last.audited} random audits of round "
        f"{last.round}, in {agreed} of {audited} before"
    )
