"""How far people's own answers can be believed: by repeats, and by adjudication.

A person is right with probability a. Against an adjudicated answer a shows itself directly. Another
person, right with probability m, gives the same answer with probability a·m + (1 − a)(1 − m); among
people alike that is m² + (1 − m)², so that m can be told without anyone knowing the truth. Faults
that people share are seen by adjudication only.
"""

from collections.abc import Mapping
from dataclasses import astuple, dataclass

import numpy as np

from oversight.statistics.labels import Floats

GRID = (np.arange(500) + 0.5) / 1000 + 0.5  # a from ½ to 1: below chance nobody could be told apart
MEANS = np.linspace(0.525, 0.975, 19)
STRENGTHS = np.array([2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 300.0])
# Of all people before anything is known: 85 % right, as if seen in 20 answers of one person.
USUAL_MEAN, USUAL_STRENGTH = 0.85, 20.0


@dataclass(frozen=True)
class PersonRecord:
    """`same` and `different`: other people's answers to the same items, as this person's and not.
    `right` and `wrong`: answers as adjudicated; where not every answer was as likely to be, sums of
    1 / propensity scaled to the number adjudicated. Disputed items alone make everybody look worse
    than they are."""

    same: float = 0
    different: float = 0
    right: float = 0
    wrong: float = 0


@dataclass(frozen=True)
class PersonReliability:
    """P(right) with its 95 % credible interval; `p_l` = 1 − `p_w` since a and b are drawn by lot."""

    p_w: float
    low: float
    high: float
    answers: float

    @property
    def p_l(self) -> float:
        return 1 - self.p_w


def measure_people(
    records: Mapping[str, PersonRecord],
) -> tuple[PersonReliability, dict[str, PersonReliability]]:
    """Return the reliability of people at large (a person not seen yet), and each one's.

    Each person's is shrunk to the others': their prior is a Beta distribution whose mean and
    strength have the greatest likelihood over all (empirical Bayes), given a weak belief in the
    usual ones.
    """
    pooled = PersonRecord(
        *(sum(each) for each in zip(*map(astuple, records.values()), strict=True))
    )
    usual = _beta(USUAL_MEAN, USUAL_STRENGTH)
    others = _summary(usual + _log_likelihood(pooled, GRID), 0).p_w
    likelihoods = {name: _log_likelihood(record, others) for name, record in records.items()}
    prior = _fit_prior(list(likelihoods.values()))
    return _summary(prior, _answers(pooled)), {
        name: _summary(prior + likelihood, _answers(records[name]))
        for name, likelihood in likelihoods.items()
    }


def _log_likelihood(record: PersonRecord, others: Floats | float) -> Floats:
    """Return that of each a of GRID, where the others are right with probability `others`."""
    agree = GRID * others + (1 - GRID) * (1 - others)
    by_repeats = record.same * np.log(agree) + record.different * np.log1p(-agree)
    by_truth = record.right * np.log(GRID) + record.wrong * np.log1p(-GRID)
    return np.asarray(by_repeats + by_truth)


def _fit_prior(likelihoods: list[Floats]) -> Floats:
    """Return the log prior over GRID of the most likely mean and strength."""
    options = [_beta(mean, strength) for mean in MEANS for strength in STRENGTHS]
    belief = [
        -((mean - USUAL_MEAN) ** 2) / (2 * 0.1**2) - np.log(strength / USUAL_STRENGTH) ** 2 / 2
        for mean in MEANS
        for strength in STRENGTHS
    ]
    evidence = [
        believed + sum(float(np.logaddexp.reduce(option + each)) for each in likelihoods)
        for option, believed in zip(options, belief, strict=True)
    ]
    return options[int(np.argmax(evidence))]


def _beta(mean: float, strength: float) -> Floats:
    """Return the log density over GRID, normalised, of 2a − 1 ~ Beta scaled to [½, 1]."""
    share = 2 * mean - 1
    at = 2 * GRID - 1
    density = (share * strength - 1) * np.log(at) + ((1 - share) * strength - 1) * np.log1p(-at)
    return np.asarray(density - np.logaddexp.reduce(density))


def _summary(log_density: Floats, answers: float) -> PersonReliability:
    density = np.exp(log_density - log_density.max())
    density /= density.sum()
    cumulated = np.cumsum(density)
    low, high = np.interp([0.025, 0.975], cumulated, GRID)
    return PersonReliability(float(density @ GRID), float(low), float(high), answers)


def _answers(record: PersonRecord) -> float:
    return record.same + record.different + record.right + record.wrong
