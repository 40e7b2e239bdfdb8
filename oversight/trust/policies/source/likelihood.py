"""The likelihood of what a source said and of what people said, where these were asked.

Whom people prefer is hidden for unaudited pairs and summed over:

    P(s | x) = Σ over h of P(h | x) · P(s | h, x)

with the confusion and the taste of `source_model` (Raykar et al., *Learning from Crowds*, JMLR 2010).
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit, log_expit

from oversight.statistics.labels import Bools, Floats
from oversight.statistics.logistic import Penalty, fit_logistic

TASTE_STRENGTH = 1.0
MAX_STEPS = 500


@dataclass(frozen=True)
class SourceColumns:
    """One row per pair. `skills` (pairs, skills) are the same for the pair's mirror image, `lures`
    (pairs, lures) and `features` (pairs, features) change sign. `is_a_human` is NaN where nobody
    was asked."""

    is_a_source: Bools
    is_a_human: Floats
    skills: Floats
    lures: Floats
    features: Floats

    @property
    def is_audited(self) -> Bools:
        return ~np.isnan(self.is_a_human)

    def audited_design(self) -> tuple[Floats, Floats]:
        """Return the covariates of agreement (audits, skills + lures), and agreement as 0 or 1."""
        at = self.is_audited
        toward = np.where(self.is_a_human[at] > 0.5, 1, -1)[:, None]
        agrees = (self.is_a_human[at] > 0.5) == self.is_a_source[at]
        return np.hstack([self.skills[at], toward * self.lures[at]]), agrees.astype(np.float64)


def maximise_likelihood(
    columns: SourceColumns, penalty: Penalty, start: Floats
) -> tuple[Floats, Floats, float]:
    """Return (confusion, taste, log-likelihood) at the penalised maximum near what the audits say.

    `start` is the confusion that the audits alone give, shape (skills + lures,). Beginning there
    decides which of two mirror images (the source right and people's taste so, or both turned
    round) is found.
    """
    size = columns.features.shape[1]
    taste = Penalty(np.zeros(size), np.full(size, TASTE_STRENGTH))
    at = columns.is_audited
    first = fit_logistic(columns.features[at], columns.is_a_human[at], taste)
    prior = Penalty(
        np.concatenate([penalty.mean, taste.mean]),
        np.concatenate([penalty.strength, taste.strength]),
    )
    found = minimize(
        _penalised, np.concatenate([start, first]), (columns, prior), "L-BFGS-B", jac=True,
        options={"maxiter": MAX_STEPS, "ftol": 1e-9},
    ).x  # fmt: skip
    confusion, liking = found[: len(start)], found[len(start) :]
    return confusion, liking, log_likelihood(columns, found)[0]


def log_likelihood(columns: SourceColumns, at: Floats) -> tuple[float, Floats]:
    """Return the log-likelihood of all that was said and its gradient.

    `at` and the gradient have shape (skills + lures + features,).
    """
    skills = columns.skills.shape[1]
    lures = skills + columns.lures.shape[1]
    skill, lure = columns.skills @ at[:skills], columns.lures @ at[skills:lures]
    liking = columns.features @ at[lures:]
    says = np.where(columns.is_a_source, 1.0, -1.0)
    if_a = log_expit(liking) + log_expit(says * (lure + skill))
    if_b = log_expit(-liking) + log_expit(says * (lure - skill))
    # P(a person prefers a | all that was said): the audits', else by Bayes' rule.
    belief = np.where(columns.is_audited, columns.is_a_human, expit(if_a - if_b))
    said = np.where(belief > 0.5, if_a, if_b)
    value = np.where(columns.is_audited, said, np.logaddexp(if_a, if_b)).sum()
    # Fisher's identity: the gradient is that of the complete data's likelihood, in expectation.
    slope_a = belief * says * expit(-says * (lure + skill))
    slope_b = (1 - belief) * says * expit(-says * (lure - skill))
    gradient = np.concatenate(
        [
            columns.skills.T @ (slope_a - slope_b),
            columns.lures.T @ (slope_a + slope_b),
            columns.features.T @ (belief - expit(liking)),
        ]
    )
    return float(value), gradient


def _penalised(at: Floats, columns: SourceColumns, prior: Penalty) -> tuple[float, Floats]:
    value, gradient = log_likelihood(columns, at)
    away = at - prior.mean
    return 0.5 * float(prior.strength @ away**2) - value, prior.strength * away - gradient
