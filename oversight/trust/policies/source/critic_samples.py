"""What several critiques of the same response amount to: a probability that was measured."""

from collections.abc import Mapping
from dataclasses import dataclass

from oversight.asking.policies.pairing import probability_a_better
from oversight.trust.policies.source.calibration import Opinion


@dataclass(frozen=True)
class CriticSample:
    """One critique of one response. `p_flawed` is the verdict's probability by the model's tokens,
    None where the server gives none; `is_flawed` the verdict, None where it did not parse."""

    p_flawed: float | None
    is_flawed: bool | None


Samples = Mapping[int, CriticSample]  # by number: the same number saw the same order of principles


def probability_flawed(samples: Samples) -> float | None:
    """Return the mean probability; without any, the share of flawed verdicts among two or more.

    The share is Laplace's, (flawed + 1) / (verdicts + 2): three alike verdicts are no certainty. A
    single verdict without a probability is no measurement.
    """
    known = [each.p_flawed for each in samples.values() if each.p_flawed is not None]
    if known:
        return sum(known) / len(known)
    verdicts = [each.is_flawed for each in samples.values() if each.is_flawed is not None]
    return (sum(verdicts) + 1) / (len(verdicts) + 2) if len(verdicts) > 1 else None


def pair_opinions(a: Samples, b: Samples) -> list[Opinion]:
    """Return one opinion for each sample that scored both responses.

    The critic reads one response at a time, so that no order of the two can sway it; a critic that
    reads both gives an opinion for each order.
    """
    opinions = []
    for number in sorted(a.keys() & b.keys()):
        p = probability_a_better(a[number].p_flawed, b[number].p_flawed)
        if p is not None:
            opinions.append(Opinion(p, is_a_first=True))
    return opinions
