"""Whether a bias is found without being told, on pairs whose truth is known."""

from dataclasses import replace

import numpy as np
import pytest

from oversight.trust.policies.source.model import fit_source_model, predict_reliability
from oversight.trust.policies.source.structures import (
    STRUCTURES,
    SourcePairs,
    Structure,
    named_coefficients,
)


def draw(
    *, lured: float = 0.0, flipped: float = 0.1, audits: int = 100, seed: int = 0, pairs: int = 2000
) -> tuple[SourcePairs, np.ndarray]:
    """A source that picks the longer side outright in a share `lured`; with what people prefer."""
    rng = np.random.default_rng(seed)
    features = rng.normal(size=(pairs, 6))
    truth = rng.random(pairs) < 1 / (1 + np.exp(-2 * features @ [0, 1, -1, 0.5, 0, 0]))
    longer = np.sign(features[:, 0])
    says_a = truth ^ (rng.random(pairs) < flipped)
    says_a = np.where(rng.random(pairs) < lured, longer > 0, says_a)
    human = np.full(pairs, np.nan)
    human[:audits] = truth[:audits]
    sides = np.column_stack([longer, rng.choice([-1.0, 1.0], pairs)])
    traits = rng.normal(size=(pairs, 2))
    return SourcePairs(says_a, human, traits, sides, features), truth


def reliability_by_side(found: SourcePairs, **options: bool) -> list[float]:
    """(p_w, p_l) where the longer side was said to be better, then where the shorter was."""
    p_w, p_l = predict_reliability(fit_source_model(found, **options), found)
    said_longer = found.is_a_source == (found.sides[:, 0] > 0)
    return [float(p[at].mean()) for at in (said_longer, ~said_longer) for p in (p_w, p_l)]


def test_a_length_bias_is_found() -> None:
    """P(says longer | longer) = .4 + .6 · .9 and so on."""
    pairs, _ = draw(lured=0.4)
    assert reliability_by_side(pairs) == pytest.approx([0.94, 0.46, 0.54, 0.06], abs=0.06)
    model = fit_source_model(pairs)
    assert abs(model.lure[1]) < 0.2 < model.lure[0]


def test_unaudited_pairs_make_the_estimate_better() -> None:
    truth = [0.94, 0.46, 0.54, 0.06]
    errors = {
        uses: np.mean(
            [
                np.abs(np.subtract(reliability_by_side(pairs, uses_unaudited=uses), truth)).mean()
                for pairs, _ in (draw(lured=0.4, audits=30, seed=seed) for seed in range(5))
            ]
        )
        for uses in (True, False)
    }
    assert errors[True] < errors[False] / 2


def test_an_unbiased_source_has_no_lure() -> None:
    p = reliability_by_side(draw(flipped=0.2)[0])
    assert p == pytest.approx([0.8, 0.2, 0.8, 0.2], abs=0.06)


def test_an_adversarial_source_is_turned_round() -> None:
    p = reliability_by_side(draw(flipped=0.8)[0])
    assert p == pytest.approx([0.2, 0.8, 0.2, 0.8], abs=0.08)


def test_without_audits_the_source_is_believed_as_the_prior_says() -> None:
    pairs, _ = draw(audits=0, pairs=50)
    model = fit_source_model(pairs, uses_unaudited=False)
    p_w, p_l = predict_reliability(model, pairs)
    assert p_w == pytest.approx(np.full(50, 0.881), abs=1e-3)
    assert p_l == pytest.approx(1 - p_w)


def both_ways(pairs: SourcePairs, truth: np.ndarray, seed: int = 0) -> SourcePairs:
    """The same pairs in two categories: the longer side lures in one, the shorter in the other."""
    rng = np.random.default_rng([seed, 1])
    category = rng.choice([-1.0, 1.0], len(truth))
    lured_to_a = pairs.sides[:, 0] * category > 0
    says_a = truth ^ (rng.random(len(truth)) < 0.1)
    says_a = np.where(rng.random(len(truth)) < 0.4, lured_to_a, says_a)
    return replace(pairs, is_a_source=says_a, traits=category[:, None])


def test_a_lure_that_turns_with_the_category_is_found() -> None:
    pairs = both_ways(*draw())
    model = fit_source_model(pairs)
    assert model.structure == "by_trait"
    p_w, p_l = predict_reliability(model, pairs)
    said_lure = pairs.is_a_source == (pairs.sides[:, 0] * pairs.traits[:, 0] > 0)
    found = [float(p[at].mean()) for at in (said_lure, ~said_lure) for p in (p_w, p_l)]
    assert found == pytest.approx([0.94, 0.46, 0.54, 0.06], abs=0.08)


def test_a_lure_that_nobody_named_is_found_among_the_features() -> None:
    pairs, _ = draw(lured=0.4, audits=200)
    model = fit_source_model(replace(pairs, sides=pairs.sides[:, 1:]))
    assert model.structure == "by_feature"
    assert np.abs(model.lure_by_feature).argmax() == 0


@pytest.mark.parametrize("seed", range(5))
def test_where_there_is_only_noise_no_bias_is_found(seed: int) -> None:
    pairs, _ = draw(flipped=0.25, audits=60, seed=seed)
    model = fit_source_model(pairs)
    assert model.structure == "constant"
    assert not model.lure.any()


def test_a_few_pairs_get_one_rate() -> None:
    assert fit_source_model(draw(lured=0.4, audits=10, pairs=40)[0]).structure == "constant"


@pytest.mark.parametrize("structure", STRUCTURES)
def test_the_mirror_image_of_a_pair_has_the_same_reliability(structure: Structure) -> None:
    pairs, _ = draw(lured=0.3, pairs=300)
    model = fit_source_model(pairs, structures=(structure,))
    mirrored = SourcePairs(
        ~pairs.is_a_source, 1 - pairs.is_a_human, pairs.traits, -pairs.sides, -pairs.features
    )
    for here, there in zip(
        predict_reliability(model, pairs), predict_reliability(model, mirrored), strict=True
    ):
        assert here == pytest.approx(there)


def test_coefficients_are_named_where_the_structure_has_them() -> None:
    pairs, _ = draw(lured=0.4, pairs=400)
    features = [f"f{index}" for index in range(6)]
    named = {
        structure: named_coefficients(
            fit_source_model(pairs, structures=(structure,)),
            ["t", "u"],
            ["long", "first"],
            features,
        )
        for structure in STRUCTURES
    }
    assert list(named["constant"]) == ["skill"]
    assert list(named["plain"]) == ["skill", "skill: t", "skill: u", "lure: long", "lure: first"]
    assert len(named["by_trait"]) == 5 + 2 * 2
    assert "lure: first by u" in named["by_trait"]
    assert list(named["by_feature"]) == ["skill", *(f"lure: {name}" for name in features)]


def chance_taste(agreeing: int) -> SourcePairs:
    """Twenty audits in which people by chance always chose what a feature points to, and 380 other pairs
    in which the source mostly chose what it points away from. It was right in `agreeing` audits."""
    rng = np.random.default_rng(0)
    is_a_human = np.full(400, np.nan)
    is_a_human[:20] = np.arange(20) % 2
    agrees = np.arange(20) < agreeing
    said = np.where(agrees, is_a_human[:20] == 1, is_a_human[:20] == 0)
    feature = np.concatenate([2 * is_a_human[:20] - 1, rng.choice([-1.0, 1.0], 380)])
    others = (feature[20:] < 0) ^ (rng.random(380) < 0.15)
    none = np.zeros((400, 0))
    return SourcePairs(np.concatenate([said, others]), is_a_human, none, none, feature[:, None])


def test_a_source_that_was_right_in_most_audits_is_not_read_backwards():
    pairs = chance_taste(agreeing=12)
    p_w, p_l = predict_reliability(fit_source_model(pairs), pairs)
    assert np.mean(p_l > p_w) < 0.5
    wrong = chance_taste(agreeing=4)
    p_w, p_l = predict_reliability(fit_source_model(wrong), wrong)
    assert np.mean(p_l > p_w) > 0.5
