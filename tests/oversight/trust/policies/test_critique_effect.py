"""Uplift of the critique and automation bias."""

import numpy as np
import pytest
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from oversight.trust.policies.critique_effect import (
    ArmAnswer,
    TwoAnswers,
    accuracy,
    critique_effect,
    flips,
)


def answers(right, wrong, propensity=0.5):
    return [ArmAnswer(True, propensity)] * right + [ArmAnswer(False, propensity)] * wrong


def test_uplift_is_newcombes_difference():
    effect = critique_effect(answers(34, 6), answers(20, 20), [])
    low, high = confint_proportions_2indep(34, 40, 20, 40, compare="diff", method="newcomb")
    assert effect.uplift.value == pytest.approx(0.35)
    assert (effect.uplift.low, effect.uplift.high) == pytest.approx((low, high), abs=1e-6)
    assert (effect.shown.n, effect.hidden.n, effect.uplift.n) == (40, 40, 80)


@pytest.mark.parametrize(("right", "wrong"), [(9, 1), (10, 0), (0, 7)])
def test_accuracy_has_wilsons_interval_where_all_weigh_the_same(right, wrong):
    figure = accuracy(answers(right, wrong, propensity=0.2))
    expected = proportion_confint(right, right + wrong, method="wilson")
    assert (figure.low, figure.high) == pytest.approx(expected)


def test_answers_weigh_as_much_as_their_arm_was_rare():
    # Half of the answers are from when the arm was given to one in ten: they stand for ten.
    figure = accuracy(answers(10, 0, propensity=0.1) + answers(0, 10, propensity=1.0))
    assert figure.value == pytest.approx(100 / 110)
    equal = accuracy(answers(10, 10))
    assert figure.high - figure.low > 0
    assert figure.n == equal.n


def test_the_interval_of_flips_covers():
    """Of 2,000 small samples with a known bias at least about 95 % cover it."""
    draws = np.random.default_rng(3).multinomial(30, [0.2, 0.1, 0.7], size=2000)
    found = [flips(int(wrong), int(right), 30) for wrong, right, _ in draws]
    covered = np.mean([figure.low <= 0.1 <= figure.high for figure in found])
    assert 0.93 < covered < 0.99
    assert np.mean([figure.value for figure in found]) == pytest.approx(0.1, abs=0.01)


def test_automation_bias_counts_both_directions():
    twice = [TwoAnswers(True, False)] * 4 + [TwoAnswers(False, True)] + [TwoAnswers(True, True)] * 5
    effect = critique_effect([], [], twice)
    assert effect.automation_bias.value == pytest.approx(0.3)
    assert (effect.to_wrong, effect.to_right) == (4, 1)
    assert effect.automation_bias.low < 0 < effect.automation_bias.high


def test_nobody_flipped_is_no_proof():
    figure = critique_effect([], [], [TwoAnswers(True, True)] * 10).automation_bias
    assert figure.value == 0
    assert figure.low < 0 < figure.high


def test_each_way_of_showing_it_stands_against_none_at_all():
    """And where the critic was wrong, apart: that is where people are led astray."""
    wrong_there = [ArmAnswer(False, 0.5, was_critic_wrong=True)]
    right_there = [ArmAnswer(True, 0.5, was_critic_wrong=True)]
    effect = critique_effect(
        [*answers(20, 0), *wrong_there * 10],
        [*answers(10, 10), *right_there * 6, *wrong_there * 4],
        [],
        {"evidence": [*answers(20, 0), *right_there * 5, *wrong_there * 5], "blind_first": []},
    )
    assert [each.arm for each in effect.arms] == ["shown", "evidence"]
    shown, places = effect.arms
    assert shown.uplift == effect.uplift
    assert shown.led_astray.value == pytest.approx(0.6)
    assert shown.led_astray.low > 0
    assert places.right.value == pytest.approx(25 / 30)
    assert places.led_astray.value == pytest.approx(0.1)
    assert places.led_astray.low < 0 < places.led_astray.high
    assert (places.uplift.n, places.led_astray.n) == (60, 20)


def test_too_few_answers_give_no_figure():
    effect = critique_effect(answers(4, 0), answers(9, 9), [TwoAnswers(True, False)] * 4)
    assert (effect.shown, effect.uplift, effect.automation_bias) == (None, None, None)
    assert effect.hidden.value == pytest.approx(0.5)
