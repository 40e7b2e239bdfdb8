"""A source's two-way confusion as a function of what is known of a pair, without being told why.

With h = ±1 the person's choice (a or b) and s = ±1 the source's:

    P(s = h | h) = σ( skill · traits + h · lure · sides )

`traits` are the same for a pair and its mirror image (category); `sides` change sign (a is the
longer one: +1, b is: −1). A skill that falls with a trait is noise; a lure is a bias. A lure may also
depend on a trait (longer in one category, shorter in another), or be that of a feature that nobody
named as a side. Which of these STRUCTURES a source has is chosen by an information criterion, how
far the audits bend it by cross-validation. Where people judged only few pairs, all the others help
too: people's choices follow a model of preference, σ(taste · features); see `source_likelihood`.
"""

import math

import numpy as np
from scipy.special import expit

from oversight.statistics.labels import Floats
from oversight.statistics.logistic import Penalty, choose_strength, fit_logistic
from oversight.trust.policies.source.likelihood import SourceColumns, maximise_likelihood
from oversight.trust.policies.source.structures import (
    STRUCTURES,
    SourceModel,
    SourcePairs,
    Structure,
    columns_of,
    unpack,
)

__all__ = [
    "STRUCTURES",
    "SourceModel",
    "SourcePairs",
    "fit_source_model",
    "predict_preference",
    "predict_reliability",
]

PRIOR_SKILL = 2.0  # a source is right in 88 % of the pairs …
PRIOR_SKILL_STRENGTH = 0.1  # … until the first audits say otherwise
STRENGTHS = (0.3, 1.0, 3.0, 10.0, 30.0)


def fit_source_model(
    pairs: SourcePairs,
    *,
    strength: float | None = None,
    uses_unaudited: bool = True,
    structures: tuple[Structure, ...] = STRUCTURES,
    seed: int = 0,
) -> SourceModel:
    """Fit the confusion of one source.

    `strength` penalises all but the first skill; None chooses it by cross-validation on the
    audited pairs. Among `structures` the one of the least Hannan–Quinn criterion (1979) is taken:
    its 2 ln ln n per coefficient ask for more than chance gives, yet for far less than BIC. Without
    `uses_unaudited` only the audited pairs are looked at, and the structure is plain.
    """
    plain = columns_of(pairs, "plain")
    strength = _choose_strength(plain, seed) if strength is None else strength
    fits = [_fit(pairs, structure, strength) for structure in structures] if uses_unaudited else []
    _, agrees = plain.audited_design()
    if agrees.sum() > len(agrees) / 2:
        fits = [fit for fit in fits if not _turns_most(fit[1], pairs)]
    if fits:
        return min(fits, key=lambda fit: fit[0])[1]
    no_taste = np.zeros(pairs.features.shape[1])
    return unpack(pairs, "plain", _fit_audits(plain, strength), no_taste, strength)


def _turns_most(model: SourceModel, pairs: SourcePairs) -> bool:
    """Whether people would prefer the opposite of what the source says of more than half of the pairs.

    A source that is right and a taste are as likely as one that is wrong and the opposite taste, but
    for the audits. Of few of these a taste can be made out by chance that turns all of it round: a
    source that was right in most of them is not read backwards.
    """
    p_w, p_l = predict_reliability(model, pairs)
    return float(np.mean(p_l > p_w)) > 0.5


def predict_reliability(model: SourceModel, pairs: SourcePairs) -> tuple[Floats, Floats]:
    """Return (p_w, p_l), each of shape (pairs,): P(the source says what it said | a person prefers
    that one) and P(… | a person prefers the other)."""
    skill = model.skill[0] + pairs.traits @ model.skill[1:]
    by_trait = ((pairs.sides @ model.lure_by_trait) * pairs.traits).sum(axis=1)
    lure = pairs.sides @ model.lure + by_trait + pairs.features @ model.lure_by_feature
    lure = lure * np.where(pairs.is_a_source, 1, -1)
    return np.asarray(expit(skill + lure)), np.asarray(expit(lure - skill))


def predict_preference(model: SourceModel, pairs: SourcePairs) -> Floats:
    """Return P(a person prefers what the source said | features), shape (pairs,).

    The source's word has no part in it: by Bayes' rule the two make
    P(a person prefers it | both) ∝ p_w · this, and of the other answer p_l · (1 − this).
    """
    toward = np.where(pairs.is_a_source, 1, -1)
    return np.asarray(expit(toward * (pairs.features @ model.taste)))


def _fit(pairs: SourcePairs, structure: Structure, strength: float) -> tuple[float, SourceModel]:
    """Return half the Hannan–Quinn criterion, and the model."""
    columns = columns_of(pairs, structure)
    penalty = _penalty(columns, strength)
    confusion, taste, likelihood = maximise_likelihood(
        columns, penalty, _fit_audits(columns, strength)
    )
    cost = _cost_per_coefficient(len(pairs.is_a_source)) * len(confusion)
    return cost - likelihood, unpack(pairs, structure, confusion, taste, strength)


def _fit_audits(columns: SourceColumns, strength: float) -> Floats:
    return fit_logistic(*columns.audited_design(), _penalty(columns, strength))


def _choose_strength(columns: SourceColumns, seed: int) -> float:
    """Return the penalty of all but the first skill that foretells audited disagreement best."""
    design, agrees = columns.audited_design()
    penalty, others = _penalty(columns, 1.0), range(1, design.shape[1])
    return choose_strength(design, agrees, penalty, others, STRENGTHS, seed=seed)


def _penalty(columns: SourceColumns, strength: float) -> Penalty:
    size = columns.skills.shape[1] + columns.lures.shape[1]
    mean, strengths = np.zeros(size), np.full(size, strength)
    mean[0], strengths[0] = PRIOR_SKILL, PRIOR_SKILL_STRENGTH
    return Penalty(mean, strengths)


def _cost_per_coefficient(pairs: int) -> float:
    """Return ln ln n, but never less than Akaike's 1."""
    return max(1.0, math.log(math.log(max(pairs, 3))))
