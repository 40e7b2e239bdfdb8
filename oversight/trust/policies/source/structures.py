"""What a model of a source may depend on: its columns from pairs, and its coefficients by name."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from oversight.statistics.labels import Bools, Floats
from oversight.trust.policies.source.likelihood import SourceColumns

# One rate for all pairs; traits and sides; these and their products; one rate, and features as lures.
Structure = Literal["constant", "plain", "by_trait", "by_feature"]
STRUCTURES: tuple[Structure, ...] = ("constant", "plain", "by_trait", "by_feature")


@dataclass(frozen=True)
class SourcePairs:
    """Pairs that one source judged, as arrays with one row per pair.

    `is_a_source`: the source prefers a. `is_a_human`: a person does, NaN where nobody was asked.
    `traits` (pairs, traits) and `sides` (pairs, sides): see the module. `features` (pairs,
    features): a's less b's, what people's preference may depend on.
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
    """`skill` (1 + traits,), the first for all pairs; `lure` (sides,); `taste` (features,);
    `lure_by_trait` (sides, traits); `lure_by_feature` (features,). What the structure has not is 0.
    """

    skill: Floats
    lure: Floats
    taste: Floats
    strength: float
    lure_by_trait: Floats
    lure_by_feature: Floats
    structure: Structure


def columns_of(pairs: SourcePairs, structure: Structure) -> SourceColumns:
    """Return the pairs with what the structure's skill and lure depend on."""
    size = len(pairs.is_a_source)
    skills, lures = np.ones((size, 1)), np.empty((size, 0))
    if structure in ("plain", "by_trait"):
        skills, lures = np.hstack([skills, pairs.traits]), pairs.sides
    if structure == "by_trait":
        products = pairs.sides[:, :, None] * pairs.traits[:, None, :]
        lures = np.hstack([lures, products.reshape(size, -1)])
    if structure == "by_feature":
        lures = pairs.features
    return SourceColumns(pairs.is_a_source, pairs.is_a_human, skills, lures, pairs.features)


def unpack(
    pairs: SourcePairs, structure: Structure, confusion: Floats, taste: Floats, strength: float
) -> SourceModel:
    """Return the model whose confusion has the order of `columns_of`: skills, then lures."""
    traits, sides, features = (x.shape[1] for x in (pairs.traits, pairs.sides, pairs.features))
    skill, lure = np.zeros(1 + traits), np.zeros(sides)
    by_trait, by_feature = np.zeros((sides, traits)), np.zeros(features)
    if structure in ("plain", "by_trait"):
        skill, lure = confusion[: 1 + traits], confusion[1 + traits : 1 + traits + sides]
    else:
        skill[0] = confusion[0]
    if structure == "by_trait":
        by_trait = confusion[1 + traits + sides :].reshape(sides, traits)
    if structure == "by_feature":
        by_feature = confusion[1:]
    return SourceModel(skill, lure, taste, strength, by_trait, by_feature, structure)


def named_coefficients(
    model: SourceModel, traits: Sequence[str], sides: Sequence[str], features: Sequence[str]
) -> dict[str, float]:
    """Return the confusion's coefficients by readable name; those of other structures are left out."""
    names = {"skill": model.skill[0]}
    names |= {f"skill: {n}": v for n, v in zip(traits, model.skill[1:], strict=True)}
    names |= {f"lure: {n}": v for n, v in zip(sides, model.lure, strict=True)}
    names |= {
        f"lure: {side} by {trait}": value
        for side, row in zip(sides, model.lure_by_trait, strict=True)
        for trait, value in zip(traits, row, strict=True)
    }
    linear = {f"lure: {n}": v for n, v in zip(features, model.lure_by_feature, strict=True)}
    names |= {name: value for name, value in linear.items() if value}
    return {n: round(float(v), 4) for n, v in names.items() if v or n == "skill"}
