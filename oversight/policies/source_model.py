"""A source's two-way confusion as a function of what is known of a pair, without being told why.

With h = ±1 the person's choice (a or b) and s = ±1 the source's:

    P(s = h | h) = σ( skill · traits + h · lure · sides )

`traits` are the same for a pair and its mirror image (category); `sides` change sign (a is the
longer one: +1, b is: −1). A skill that falls with a trait is noise; a lure is a bias. Both are
found by a penalised logistic model of disagreement. Where people judged only few pairs, all the
others help too: people's choices follow a model of preference, σ(taste · features), which is fitted
with the confusion by expectation maximisation (Raykar et al., *Learning from Crowds*, JMLR 2010).
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from oversight.policies.labels import Bools, Floats
from oversight.policies.logistic import Penalty, choose_strength, fit_logistic

PRIOR_SKILL = 2.0  # a source is right in 88 % of the pairs …
PRIOR_SKILL_STRENGTH = 0.1  # … until the first audits say otherwise
STRENGTHS = (0.3, 1.0, 3.0, 10.0, 30.0)
TASTE_STRENGTH = 1.0
MAX_ROUNDS = 200
TOLERANCE = 1e-3


@dataclass(frozen=True)
class SourcePairs:
    """Pairs that one source judged, as arrays with one row per pair.

    `is_a_source`: the source prefers a. `is_a_human`: a person does, NaN where nobody was asked.
    `traits` (pairs, traits) and `sides` (pairs, sides): see the module. `features` (pairs,
    features): a's less b's, what people's preference may depend on; at least the sides.
    """

    is_a_source: Bools
    is_a_human: Floats
    traits: Floats
    sides: Floats
    features: Floats

    @property
    def is_audited(self) -> Bools:
        return ~np.isnan(self.is_a_human)


@dataclass(frozen=True)
class SourceModel:
    """`skill` (1 + traits,), the first for all pairs; `lure` (sides,); `taste` (features,)."""

    skill: Floats
    lure: Floats
    taste: Floats
    strength: float


def fit_source_model(
    pairs: SourcePairs, *, strength: float | None = None, uses_unaudited: bool = True, seed: int = 0
) -> SourceModel:
    """Fit the confusion of one source.

    `strength` penalises all but the first skill; None chooses it by cross-validation on the
    audited pairs. Without `uses_unaudited` only the audited pairs are looked at.
    """
    if strength is None:
        strength = choose_confusion_strength(pairs, seed=seed)
    penalty = _confusion_penalty(pairs, strength)
    audited = pairs.is_audited
    coefficients = fit_logistic(
        _design(pairs, pairs.is_a_human)[audited],
        _agrees(pairs, pairs.is_a_human)[audited],
        penalty,
    )
    taste = np.zeros(pairs.features.shape[1])
    if uses_unaudited:
        coefficients, taste = _maximise(pairs, penalty, coefficients)
    skills = 1 + pairs.traits.shape[1]
    return SourceModel(coefficients[:skills], coefficients[skills:], taste, strength)


def choose_confusion_strength(pairs: SourcePairs, *, seed: int = 0) -> float:
    """Return the penalty of traits and lures with which audited disagreement is foretold best."""
    audited = pairs.is_audited
    penalty = _confusion_penalty(pairs, 1.0)
    return choose_strength(
        _design(pairs, pairs.is_a_human)[audited],
        _agrees(pairs, pairs.is_a_human)[audited],
        penalty,
        range(1, len(penalty.mean)),
        STRENGTHS,
        seed=seed,
    )


def predict_reliability(model: SourceModel, pairs: SourcePairs) -> tuple[Floats, Floats]:
    """Return (p_w, p_l), each of shape (pairs,): P(the source says what it said | a person prefers
    that one) and P(… | a person prefers the other)."""
    skill = model.skill[0] + pairs.traits @ model.skill[1:]
    lure = pairs.sides @ model.lure * np.where(pairs.is_a_source, 1, -1)
    return np.asarray(expit(skill + lure)), np.asarray(expit(lure - skill))


def _maximise(pairs: SourcePairs, penalty: Penalty, coefficients: Floats) -> tuple[Floats, Floats]:
    """Return the (confusion, taste) of the greatest likelihood near what the audits say.

    Starting there decides which of two mirror images (the source right, people's taste so; or both
    turned round) is found: the audits' one.
    """
    taste = np.zeros(pairs.features.shape[1])
    taste_penalty = Penalty(taste, np.full(len(taste), TASTE_STRENGTH))
    audited = pairs.is_audited
    taste = fit_logistic(pairs.features[audited], pairs.is_a_human[audited], taste_penalty)
    # Both answers of the person are rows, weighted by belief.
    answers = [np.full(len(audited), answer) for answer in (1.0, 0.0)]
    design = np.concatenate([_design(pairs, answer) for answer in answers])
    agrees = np.concatenate([_agrees(pairs, answer) for answer in answers])
    for _ in range(MAX_ROUNDS):
        before = coefficients
        belief = _expect(pairs, coefficients, taste)
        taste = fit_logistic(pairs.features, belief, taste_penalty, start=taste, max_steps=1)
        weights = np.concatenate([belief, 1 - belief])
        coefficients = fit_logistic(
            design, agrees, penalty, weights=weights, start=before, max_steps=1
        )
        if np.abs(coefficients - before).max() < TOLERANCE:
            break
    return coefficients, taste


def _expect(pairs: SourcePairs, coefficients: Floats, taste: Floats) -> Floats:
    """Return P(a person prefers a), shape (pairs,): what they said, else by taste and source."""
    skill = coefficients[0] + pairs.traits @ coefficients[1 : 1 + pairs.traits.shape[1]]
    lure = pairs.sides @ coefficients[1 + pairs.traits.shape[1] :]
    if_a = np.where(pairs.is_a_source, expit(skill + lure), expit(-skill - lure))
    if_b = np.where(pairs.is_a_source, expit(lure - skill), expit(skill - lure))
    chance = expit(pairs.features @ taste)
    belief = chance * if_a / (chance * if_a + (1 - chance) * if_b)
    return np.asarray(np.where(pairs.is_audited, pairs.is_a_human, belief))


def _design(pairs: SourcePairs, is_a_human: Floats) -> Floats:
    """Return the covariates of agreement, (pairs, 1 + traits + sides), given the person's choice."""
    toward = np.where(is_a_human > 0.5, 1, -1)[:, None] * pairs.sides
    return np.hstack([np.ones((len(toward), 1)), pairs.traits, toward])


def _agrees(pairs: SourcePairs, is_a_human: Floats) -> Floats:
    return np.asarray((is_a_human > 0.5) == pairs.is_a_source, dtype=np.float64)


def _confusion_penalty(pairs: SourcePairs, strength: float) -> Penalty:
    mean = np.zeros(1 + pairs.traits.shape[1] + pairs.sides.shape[1])
    mean[0] = PRIOR_SKILL
    strengths = np.full(len(mean), strength)
    strengths[0] = PRIOR_SKILL_STRENGTH
    return Penalty(mean, strengths)
