"""Several critiques become one probability that was measured, never one that was stated."""

import pytest

from oversight.trust.policies.source.calibration import combine_opinions, opinions_disagree
from oversight.trust.policies.source.critic_samples import (
    CriticSample,
    pair_opinions,
    probability_flawed,
)


def scored(*values: float) -> dict[int, CriticSample]:
    return {number: CriticSample(p, p > 0.5) for number, p in enumerate(values)}


def told(*verdicts: bool | None) -> dict[int, CriticSample]:
    return {number: CriticSample(None, verdict) for number, verdict in enumerate(verdicts)}


@pytest.mark.parametrize(
    ("samples", "expected"),
    [
        pytest.param(scored(0.2), 0.2, id="one"),
        pytest.param(scored(0.2, 0.6), 0.4, id="mean"),
        pytest.param({**scored(0.2), 1: CriticSample(None, True)}, 0.2, id="one-unscored"),
        pytest.param(told(True, True, True), 0.8, id="verdicts-alone"),
        pytest.param(told(True, False), 0.5, id="split"),
        pytest.param(told(True), None, id="one-verdict-measures-nothing"),
        pytest.param(told(None, None), None, id="unparsed"),
        pytest.param({}, None, id="none"),
    ],
)
def test_the_probability_of_a_flaw(samples, expected) -> None:
    found = probability_flawed(samples)
    assert found is None if expected is None else found == pytest.approx(expected)


def test_each_sample_that_scored_both_has_an_opinion() -> None:
    a, b = scored(0.1, 0.2, 0.9), scored(0.8, 0.9)
    opinions = pair_opinions(a, b)
    assert len(opinions) == 2
    assert combine_opinions(opinions) > 0.9
    assert not opinions_disagree(opinions)


def test_samples_that_prefer_different_responses_disagree() -> None:
    assert opinions_disagree(pair_opinions(scored(0.1, 0.9), scored(0.8, 0.2)))


def test_samples_without_a_score_have_no_opinion() -> None:
    assert pair_opinions(told(True, True), scored(0.1, 0.2)) == []
